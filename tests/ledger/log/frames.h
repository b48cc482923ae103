#pragma once

#include "ledger/log/data_dir.h"
#include "ledger/log/frame.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <stdlib.h>

// Frames, files and directories for tests of the log.
namespace provodka::log {

class TemporaryDir {
 public:
  TemporaryDir() : path_((std::filesystem::temp_directory_path() / "provodka-test-XXXXXX").string()) {
    if (!mkdtemp(path_.data())) FAIL("cannot make " << path_);
  }
  ~TemporaryDir() { std::filesystem::remove_all(path_); }
  TemporaryDir(const TemporaryDir&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

 private:
  std::string path_;
};

inline FramePtr frame_of(Position first, const std::vector<std::string>& lines) {
  auto frame = std::make_shared<Frame>(first);
  for (const std::string& line : lines) {
    frame->writable_text().append(line);
    frame->end_line();
  }
  return frame;
}

inline std::vector<std::string> lines_of(const Frame& frame) {
  std::vector<std::string> lines;
  for (uint32_t i = 0; i < frame.count(); ++i) lines.emplace_back(frame.line(i));
  return lines;
}

// The lines of several tenants as they come, each with the next sequence of its tenant.
class Lines {
 public:
  std::string next(const std::string& tenant, std::string_view data = "x") {
    return fmt::format(R"({{"specversion":"1.0","id":"{}","source":"/{}","type":"test.v1","data":"{}"}})",
                       ++sequences_[tenant], tenant, data);
  }

 private:
  std::map<std::string, uint64_t> sequences_;
};

inline void flip(const std::string& path, size_t offset, int mask = 0x40) {
  std::string bytes = read_file(path).value();
  REQUIRE(offset < bytes.size());
  bytes[offset] = static_cast<char>(bytes[offset] ^ mask);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<std::string> files_in(const std::string& dir, std::string_view extension) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (entry.path().extension() == extension) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace provodka::log
