#include "ledger/core/invariant.h"
#include "ledger/log/note.h"
#include "ledger/log/subscriber_keys.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <rocksdb/db.h>
#include <stdlib.h>

namespace provodka::test {
namespace {

namespace fs = std::filesystem;
using log::SubscriberKeys;

constexpr std::string_view kText = R"({"subscriber":"s","name":"Анна"})";

class Store {
 public:
  Store() {
    std::string path = (fs::temp_directory_path() / "provodka-keys-XXXXXX").string();
    if (!mkdtemp(path.data())) FAIL("cannot make " << path);
    root_ = path;
    open();
  }
  ~Store() {
    keys_.reset();
    fs::remove_all(root_);
  }
  Store(const Store&) = delete;

  void open() {
    auto keys = SubscriberKeys::open(
        dir(), [](const std::string& text) { INVARIANT(false, "there is nothing to warn of", text); });
    if (!keys) FAIL(keys.error().what);
    keys_ = std::move(*keys);
  }
  void close() { keys_.reset(); }
  std::string dir() const { return root_ + "/subscribers"; }
  SubscriberKeys& keys() { return *keys_; }

  std::string seal(std::string_view subscriber, std::string_view tenant = "acme") {
    const auto sealed = keys_->seal(tenant, subscriber, kText, true);
    if (!sealed) FAIL(sealed.error().what);
    return sealed->value();
  }
  // What is in it, "no key", or "fault".
  std::string unseal(std::string_view subscriber, std::string_view sealed, std::string_view tenant = "acme") {
    const auto text = keys_->unseal(tenant, subscriber, sealed);
    if (!text) return "fault";
    return text->value_or("no key");
  }
  void destroy(std::vector<log::SubscriberName> names) {
    if (const auto destroyed = keys_->destroy(names); !destroyed) FAIL(destroyed.error().what);
  }

  // The key itself. REQUIRES: the store is closed.
  std::string key_of(std::string_view subscriber) const {
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::OpenForReadOnly({}, dir(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    std::string key;
    REQUIRE(db->Get({}, std::string("acme\0", 5) + std::string(subscriber), &key).ok());
    REQUIRE(key.size() == 32);
    return key;
  }

  // The endings of the files in which the bytes are found.
  std::set<std::string> files_with(std::string_view bytes) const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(dir())) {
      std::ostringstream text;
      text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      if (text.str().contains(bytes)) found.insert(entry.path().extension().string());
    }
    return found;
  }

 private:
  std::string root_;
  std::unique_ptr<SubscriberKeys> keys_;
};

TEST_CASE("what is sealed is opened again, by the subscriber's key alone") {
  Store store;
  CHECK(store.keys().was_made());
  const std::string sealed = store.seal("s");
  CHECK(store.unseal("s", sealed) == kText);
  CHECK(store.seal("s") != sealed);  // another nonce
  CHECK(store.seal("t") != sealed);
  CHECK(store.unseal("t", sealed) == "fault");
  CHECK(store.unseal("nobody", sealed) == "no key");
  CHECK(store.unseal("s", sealed, "other") == "no key");
  CHECK_FALSE(store.keys().seal("acme", "nobody", kText, false).value().has_value());
  const auto bytes = log::unbase64(sealed).value();
  CHECK(bytes.size() == 24 + kText.size() + 16);
}

TEST_CASE("what was changed is not opened") {
  Store store;
  const auto bytes = log::unbase64(store.seal("s")).value();
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto changed = bytes;
    changed[i] ^= 1;
    CHECK(store.unseal("s", log::base64(changed)) == "fault");
  }
  CHECK(store.unseal("s", "") == "fault");
  CHECK(store.unseal("s", "not base64!") == "fault");
  CHECK(store.unseal("s", log::base64(std::span(bytes).first(39))) == "fault");
}

TEST_CASE("keys are there when the store is opened again") {
  Store store;
  const std::string sealed = store.seal("s");
  CHECK(store.keys().sync().has_value());
  CHECK(store.keys().sync().has_value());
  store.close();
  store.open();
  CHECK_FALSE(store.keys().was_made());
  CHECK(store.unseal("s", sealed) == kText);
}

TEST_CASE("those who ask for a new key at once get the same one") {
  Store store;
  std::vector<std::string> sealed(8);
  std::vector<std::thread> threads;
  for (auto& text : sealed) {
    threads.emplace_back([&] { text = *store.keys().seal("acme", "s", kText, true).value(); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& text : sealed) CHECK(store.unseal("s", text) == kText);
}

TEST_CASE("a key that is destroyed opens nothing, and has left the files") {
  Store store;
  const std::string kept = store.seal("kept"), sealed = store.seal("gone-1"), other = store.seal("gone-2");
  store.close();
  const std::string kept_key = store.key_of("kept");
  const std::vector<std::string> keys = {store.key_of("gone-1"), store.key_of("gone-2")};
  for (const auto& key : keys) CHECK(store.files_with(key) == std::set<std::string>{".log"});
  store.open();
  store.destroy({{"acme", "gone-1"}, {"acme", "gone-2"}, {"acme", "never-there"}});
  CHECK(store.unseal("gone-1", sealed) == "no key");
  CHECK(store.unseal("gone-2", other) == "no key");
  store.close();
  for (const auto& key : keys) CHECK(store.files_with(key).empty());
  CHECK(store.files_with(kept_key) == std::set<std::string>{".sst"});
  store.open();
  CHECK(store.unseal("gone-1", sealed) == "no key");
  CHECK(store.unseal("kept", kept) == kText);
  store.destroy({{"acme", "gone-1"}});
}

TEST_CASE("a key that is among many in old files leaves them too") {
  Store store;
  const std::string sealed = store.seal("gone");
  for (int i = 0; i < 2000; ++i) store.seal("other-" + std::to_string(i));
  store.destroy({{"acme", "other-7"}});  // all others go to a table
  store.close();
  const std::string key = store.key_of("gone"), other = store.key_of("other-1999");
  CHECK(store.files_with(key) == std::set<std::string>{".sst"});
  store.open();
  CHECK(store.unseal("gone", sealed) == kText);
  store.destroy({{"acme", "gone"}});
  store.close();
  CHECK(store.files_with(key).empty());
  CHECK(store.files_with(other) == std::set<std::string>{".sst"});
}

}  // namespace
}  // namespace provodka::test
