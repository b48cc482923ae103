#pragma once

#include <string_view>

namespace provodka::http {

// The paths of the read models and of the log for other processes: the beginning of the object of all paths.
extern const std::string_view kReadModelPaths;

}  // namespace provodka::http
