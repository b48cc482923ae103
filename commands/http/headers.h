#pragma once

#include <string_view>

namespace provodka::http {

// The first line of an answer, with CR LF.
std::string_view status_line(unsigned status);

// Whether a page of this origin (the header Origin) was served by this machine. A browser sends the header
// with every command of a page, so that a page from elsewhere cannot use the server behind its reader's back.
bool is_loopback_origin(std::string_view origin);

}  // namespace provodka::http
