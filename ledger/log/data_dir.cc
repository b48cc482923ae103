#include "ledger/log/data_dir.h"

#include <charconv>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace provodka::log {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kFormatName = "provodka data ";

std::string format_text(int version) { return fmt::format("{}{}\n", kFormatName, version); }

Result<int> format_of(const std::string& path) {
  const auto text = read_file(path + "/FORMAT");
  if (!text) return std::unexpected(text.error());
  int version = 0;
  if (text->starts_with(kFormatName)) {
    std::from_chars(text->data() + kFormatName.size(), text->data() + text->size(), version);
  }
  if (version <= 0 || *text != format_text(version)) return fault("{}/FORMAT is damaged", path);
  if (version > DataDir::kFormat) {
    return refusal("{} is of data format {}, newer than this program's {}: use the newer program", path,
                   version, DataDir::kFormat);
  }
  return version;
}

std::string since() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local)};
}

}  // namespace

Result<void> write_file_durably(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string temporary = path + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (fd < 0) return fault("cannot write {}: {}", temporary, std::strerror(errno));
  bool ok = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!ok || ::rename(temporary.c_str(), path.c_str()) != 0) {
    const int why = ok ? errno : error;
    ::unlink(temporary.c_str());
    return fault("cannot write {}: {}", path, std::strerror(why));
  }
  const int dir = ::open(fs::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0) {
    ::fsync(dir);
    ::close(dir);
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fault("cannot read {}: {}", path, std::strerror(errno));
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Result<DataDir> DataDir::own(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return fault("cannot make {}: {}", path, error.message());
  const bool is_new = !fs::exists(path + "/FORMAT");
  if (is_new) {
    for (const auto& entry : fs::directory_iterator(path, error)) {
      // A start that was cut short leaves these.
      if (entry.path().filename() != "lock" && entry.path().filename() != "FORMAT.tmp") {
        return refusal("{} is not empty and not a provodka data directory: choose another", path);
      }
    }
  }
  const int lock = ::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) return fault("cannot open {}/lock: {}", path, std::strerror(errno));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    char owner[128] = {};
    const ssize_t bytes = ::pread(lock, owner, sizeof owner - 1, 0);
    ::close(lock);
    return refusal("cannot open {}: another provodka ({}) has it open", path,
                   std::string_view(owner, static_cast<size_t>(std::max<ssize_t>(bytes, 0))));
  }
  DataDir dir(path, lock);
  const std::string owner = fmt::format("pid {}, since {}", ::getpid(), since());
  if (::ftruncate(lock, 0) != 0 || ::pwrite(lock, owner.data(), owner.size(), 0) < 0) {
    return fault("cannot write {}/lock: {}", path, std::strerror(errno));
  }
  if (is_new) {
    const auto written = write_file_durably(path + "/FORMAT", format_text(kFormat));
    if (!written) return std::unexpected(written.error());
  }
  if (const auto version = format_of(path); !version) return std::unexpected(version.error());
  for (const std::string& sub : {dir.vault(), dir.derived(), dir.snapshots()}) {
    fs::create_directories(sub, error);
    if (error) return fault("cannot make {}: {}", sub, error.message());
  }
  ::chmod(dir.vault().c_str(), 0700);
  return dir;
}

Result<DataDir> DataDir::look(const std::string& path) {
  if (!fs::exists(path)) return refusal("there is no directory {}", path);
  if (!fs::exists(path + "/FORMAT")) return refusal("{} is not a provodka data directory", path);
  if (const auto version = format_of(path); !version) return std::unexpected(version.error());
  return DataDir(path, -1);
}

DataDir::DataDir(DataDir&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace provodka::log
