#include "ledger/log/head.h"

#include "ledger/core/hash.h"
#include "ledger/log/note.h"

#include <charconv>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace provodka::log {
namespace {

constexpr size_t kBytes = 512;
constexpr std::string_view kFirstLine = "provodka-head 1\n";

std::string print(const Head& head) {
  std::string text = fmt::format("{}position {}\ntree {}\nroot {}\ntime {}\n", kFirstLine, head.position,
                                 head.tree, base64(head.root.bytes), head.time.to_string());
  text += fmt::format("checksum {:016x}\n", hash_of(text, 0));
  text.resize(kBytes - 1, ' ');
  text += '\n';
  return text;
}

// Takes `name value\n` from the front.
bool take(std::string_view& text, std::string_view name, std::string_view& value) {
  if (!text.starts_with(name) || text.size() <= name.size() || text[name.size()] != ' ') return false;
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  value = text.substr(name.size() + 1, end - name.size() - 1);
  text.remove_prefix(end + 1);
  return true;
}

bool number(std::string_view text, uint64_t& value, int base = 10) {
  const auto [past, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && past == text.data() + text.size();
}

}  // namespace

Result<HeadFile> HeadFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return fault("cannot open {}: {}", path, std::strerror(errno));
  return HeadFile(fd);
}

HeadFile::~HeadFile() {
  if (fd_ >= 0) ::close(fd_);
}

bool HeadFile::exists(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && info.st_size > 0;
}

Result<Head> HeadFile::read(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fault("{} cannot be read: {}", path, std::strerror(errno));
  std::string bytes(kBytes + 1, '\0');
  const ssize_t got = ::pread(fd, bytes.data(), bytes.size(), 0);
  ::close(fd);
  if (got != kBytes) return fault("{} is damaged: it has not {} bytes", path, kBytes);
  bytes.resize(kBytes);
  std::string_view rest = bytes;
  if (!rest.starts_with(kFirstLine)) return fault("{} is damaged: it does not begin as a head file", path);
  rest.remove_prefix(kFirstLine.size());
  std::string_view position, tree, root, time, checksum;
  if (!take(rest, "position", position) || !take(rest, "tree", tree) || !take(rest, "root", root) ||
      !take(rest, "time", time)) {
    return fault("{} is damaged: a line is missing", path);
  }
  const std::string_view covered(bytes.data(), bytes.size() - rest.size());
  Head head;
  uint64_t p = 0, t = 0, stored = 0;
  const auto hash = unbase64(root);
  const auto instant = Instant::parse(time);
  if (!take(rest, "checksum", checksum) || !number(checksum, stored, 16) || stored != hash_of(covered, 0) ||
      !number(position, p) || !number(tree, t) || !hash || hash->size() != 32 || !instant) {
    return fault("{} is damaged: its checksum differs", path);
  }
  // The filling is covered too: any byte of the file that changed is noticed.
  if (rest.substr(0, rest.size() - 1).find_first_not_of(' ') != std::string_view::npos ||
      rest.back() != '\n') {
    return fault("{} is damaged behind its checksum", path);
  }
  head.position = Position(p);
  head.tree = Position(t);
  std::ranges::copy(*hash, head.root.bytes.begin());
  head.time = *instant;
  if (print(head) != bytes) return fault("{} is damaged: it is spelled differently", path);
  return head;
}

Result<void> HeadFile::write(const Head& head) {
  const std::string bytes = print(head);
  if (::pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return fault("cannot write the head file: {}", std::strerror(errno));
  }
  return {};
}

Result<void> HeadFile::sync() {
  if (::fdatasync(fd_) != 0) return fault("cannot sync the head file: {}", std::strerror(errno));
  return {};
}

}  // namespace provodka::log
