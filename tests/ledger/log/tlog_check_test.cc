#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "ledger/log/proof.h"
#include "tests/ledger/log/memory_tiles.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>

// What we publish, judged by a program that shares no code with us.
namespace provodka::log {
namespace {

namespace fs = std::filesystem;

class TempDir {
 public:
  TempDir() {
    std::string pattern = (fs::temp_directory_path() / "tlog-check-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

  // Writes a file, with the folders above it, and returns its path.
  std::string write(const std::string& name, std::string_view content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream file(path_ / name, std::ios::binary);
    file << content;
    REQUIRE(file.flush());
    return *this / name;
  }

 private:
  fs::path path_;
};

struct Verdict {
  int status = -1;
  std::string says;

  bool ok() const { return status == 0 && says.starts_with("ok "); }
  bool refused(std::string_view reason) const {
    return status == 1 && says.find(reason) != std::string::npos;
  }
};

Verdict check(const std::vector<std::string>& arguments) {
  std::string command = "python3 '" PROVODKA_SOURCE_DIR "/tests/support/tlog_check.py'";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  Verdict verdict;
  char buffer[4096];
  for (size_t count; (count = fread(buffer, 1, sizeof buffer, pipe)) > 0;) verdict.says.append(buffer, count);
  const int status = pclose(pipe);
  REQUIRE(WIFEXITED(status));
  verdict.status = WEXITSTATUS(status);
  UNSCOPED_INFO(verdict.says);
  return verdict;
}

std::string bytes_of(std::span<const Hash> hashes) {
  std::string out;
  for (const Hash& hash : hashes) out.append(reinterpret_cast<const char*>(hash.bytes.data()), 32);
  return out;
}

// A log of numbered entries, and what it would publish.
struct Log {
  explicit Log(uint64_t count) : leaves(numbered_leaves(count)), tiles(leaves) {}

  std::string note(uint64_t size) {
    const Checkpoint head{.origin = key.name(), .size = size, .root = root_of(tiles, size).value()};
    const SignerKey* const keys[] = {&witness, &key};
    return sign_note(head.text(), keys);
  }
  std::string inclusion(uint64_t index, uint64_t size) {
    return InclusionProof{
        .index = index, .hashes = prove_inclusion(tiles, index, size).value(), .checkpoint_note = note(size)}
        .to_string();
  }
  std::string consistency(uint64_t old_size, uint64_t new_size) {
    return ConsistencyProof{.old_size = old_size,
                            .new_size = new_size,
                            .hashes = prove_consistency(tiles, old_size, new_size).value(),
                            .checkpoint_note = note(new_size)}
        .to_string();
  }
  std::string lines(uint64_t count) const {
    std::string out;
    for (uint64_t i = 0; i < count; ++i) out += entry_number(i) + "\n";
    return out;
  }
  std::string bundle(uint64_t index, unsigned width) const {
    std::string out;
    for (uint64_t i = 0; i < width; ++i) append_bundle_entry(out, entry_number(index * full_width + i));
    return out;
  }
  std::string vkey() const { return key.verifier().to_string(); }

  std::vector<Hash> leaves;
  MemoryTiles tiles;
  SignerKey key = SignerKey::generate("example.com/log");
  SignerKey witness = SignerKey::generate("example.com/witness");
};

// The resources of a log as files, to be fetched through file: addresses.
void publish(Log& log, const TempDir& dir) {
  const uint64_t size = log.leaves.size();
  dir.write("checkpoint", log.note(size));
  for (int level = 0; level <= tile_level_max; ++level) {
    for (uint64_t index = 0;; ++index) {
      const unsigned width = tile_width(level, index, size);
      if (width == 0) break;
      const auto hashes = log.tiles.tile({level, index}, width).value();
      dir.write("tile/" + tile_path({level, index}, width), bytes_of(hashes));
      if (level == 0) dir.write("tile/" + entries_path(index, width), log.bundle(index, width));
    }
  }
}

TEST_CASE("the checker computes the root that we compute") {
  TempDir dir;
  for (uint64_t size : {0, 1, 2, 3, 255, 256, 257, 5000}) {
    Log log(size);
    const std::string lines = dir.write("lines", log.lines(size));
    const Verdict verdict = check({"tree", "--lines", lines});
    CHECK(verdict.says ==
          "ok tree " + std::to_string(size) + " " + base64(log.tiles.builder().root().bytes) + "\n");
  }
  const std::string lines = dir.write("lines", "entry 0\nentry 1\n");
  CHECK(check({"leaf", lines, "1"}).says == "ok leaf 1 " + base64(leaf_hash("entry 1").bytes) + "\n");
}

TEST_CASE("the checker accepts our checkpoint, and only as it is") {
  TempDir dir;
  Log log(1000);
  const std::string note = dir.write("note", log.note(700));
  const std::string lines = dir.write("lines", log.lines(1000));
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey()}).ok());
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey(), "--lines", lines}).ok());
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey(), "--origin", "example.com/log"}).ok());
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey(), "--origin", "other"}).refused("is of"));

  const std::string stranger = SignerKey::generate("example.com/log").verifier().to_string();
  CHECK(check({"checkpoint", "--note", note, "--vkey", stranger}).refused("not signed by"));

  const std::string fewer = dir.write("fewer", log.lines(699));
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey(), "--lines", fewer}).refused("699 lines"));
  std::string changed = log.lines(700);
  changed[100] ^= 1;
  const std::string other = dir.write("other", changed);
  CHECK(check({"checkpoint", "--note", note, "--vkey", log.vkey(), "--lines", other}).refused("the root"));

  std::string forged = log.note(700);
  forged.replace(forged.find("700"), 3, "701");
  const std::string forgery = dir.write("forgery", forged);
  CHECK(check({"checkpoint", "--note", forgery, "--vkey", log.vkey()}).refused("signature"));
}

TEST_CASE("the checker accepts our receipts, and each for its own entry only") {
  TempDir dir;
  Log log(1000);
  const std::string line = dir.write("line", entry_number(5));
  const std::string other = dir.write("other", entry_number(6) + "\n");
  for (uint64_t size : {6, 7, 8, 256, 257, 1000}) {
    const std::string proof = dir.write("proof", log.inclusion(5, size));
    CHECK(check({"inclusion", "--proof", proof, "--vkey", log.vkey(), "--line", line}).ok());
    CHECK(check({"inclusion", "--proof", proof, "--vkey", log.vkey(), "--line", other}).refused("the root"));
  }
  const std::string last = dir.write("proof", log.inclusion(999, 1000));
  const std::string last_line = dir.write("last", entry_number(999) + "\n");
  CHECK(check({"inclusion", "--proof", last, "--vkey", log.vkey(), "--line", last_line}).ok());

  auto mutated = InclusionProof::parse(log.inclusion(5, 1000)).value();
  mutated.hashes[3].bytes[0] ^= 1;
  const std::string wrong_hash = dir.write("proof", mutated.to_string());
  CHECK(
      check({"inclusion", "--proof", wrong_hash, "--vkey", log.vkey(), "--line", line}).refused("the root"));
  mutated.hashes.pop_back();
  const std::string too_short = dir.write("proof", mutated.to_string());
  CHECK(
      check({"inclusion", "--proof", too_short, "--vkey", log.vkey(), "--line", line}).refused("too short"));
}

TEST_CASE("the checker accepts our consistency proofs, and each between its checkpoints only") {
  TempDir dir;
  Log log(1000);
  const std::vector<std::pair<uint64_t, uint64_t>> sizes = {
      {0, 5}, {1, 2}, {3, 7}, {6, 8}, {255, 256}, {256, 257}, {500, 1000}, {1000, 1000}};
  for (const auto& [old_size, new_size] : sizes) {
    INFO(old_size << " to " << new_size);
    const std::string old = dir.write("old", log.note(old_size));
    const std::string proof = dir.write("proof", log.consistency(old_size, new_size));
    CHECK(check({"consistency", "--old", old, "--proof", proof, "--vkey", log.vkey()}).ok());
  }
  const std::string proof = dir.write("proof", log.consistency(500, 1000));
  const std::string other = dir.write("old", log.note(501));
  CHECK(check({"consistency", "--old", other, "--proof", proof, "--vkey", log.vkey()}).refused("the sizes"));

  const std::string old = dir.write("old", log.note(500));
  auto mutated = ConsistencyProof::parse(log.consistency(500, 1000)).value();
  mutated.hashes[0].bytes[0] ^= 1;
  const std::string wrong = dir.write("proof", mutated.to_string());
  CHECK(check({"consistency", "--old", old, "--proof", wrong, "--vkey", log.vkey()}).refused("the old root"));
}

TEST_CASE("the checker accepts the tiles of a whole log") {
  for (uint64_t size : {0, 1, 256, 300, 66'000}) {
    INFO(size);
    TempDir dir;
    Log log(size);
    publish(log, dir);
    const std::string lines = dir.write("lines", log.lines(size));
    CHECK(check({"tiles", "--url", "file://" + dir / "", "--vkey", log.vkey(), "--lines", lines}).ok());
  }
}

TEST_CASE("the checker takes a full tile in place of a partial one that is gone") {
  TempDir dir;
  Log log(512);
  publish(log, dir);
  dir.write("checkpoint", log.note(300));
  dir.write("tile/1/000.p/1", bytes_of(log.tiles.tile({1, 0}, 1).value()));
  CHECK(check({"tiles", "--url", "file://" + dir / "", "--vkey", log.vkey()}).ok());
}

TEST_CASE("the checker finds the resource that is wrong") {
  TempDir dir;
  Log log(66'000);
  publish(log, dir);
  const auto verdict = [&] { return check({"tiles", "--url", "file://" + dir / "", "--vkey", log.vkey()}); };
  REQUIRE(verdict().ok());

  const auto breaks = [&](const std::string& name, std::string content, std::string_view reason) {
    const std::string good = content;
    content.back() ^= 1;
    dir.write(name, content);
    CHECK(verdict().refused(reason));
    dir.write(name, good.substr(1));
    CHECK(verdict().refused(name));
    fs::remove(dir / name);
    CHECK(verdict().refused(name));
    dir.write(name, good);
    CHECK(verdict().ok());
  };
  breaks("tile/0/003", bytes_of(log.tiles.tile({0, 3}, 256).value()), "level 0");
  breaks("tile/1/000", bytes_of(log.tiles.tile({1, 0}, 256).value()), "level 1");
  breaks("tile/2/000.p/1", bytes_of(log.tiles.tile({2, 0}, 1).value()), "level 2");
  breaks("tile/entries/257.p/208", log.bundle(257, 208), "entry bundles");
}

}  // namespace
}  // namespace provodka::log
