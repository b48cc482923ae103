#include "tools/provodka/verify_log.h"

#include "ledger/engine/replay.h"
#include "ledger/engine/snapshot.h"
#include "ledger/log/head.h"
#include "ledger/log/line.h"
#include "ledger/log/vault.h"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

class Verifier {
 public:
  Verifier(const log::DataDir& dir, bool ignore_head, const std::function<void(uint64_t, uint64_t)>& progress)
      : dir_(dir), ignore_head_(ignore_head), progress_(progress) {}

  Verified run() {
    const auto start = std::chrono::steady_clock::now();
    read_head();
    check_vault();
    open_log();
    if (log_) {
      open_derived();
      replay_all();
      check_balance();
      out_.state = engine::state_hash(shard_.world);
      out_.accounts = shard_.world.accounts.size();
    }
    out_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(out_);
  }

 private:
  void damage(std::string where, std::string reason, Position frame = {}, Position first = {},
              Position last = {}) {
    out_.damage.push_back({std::move(where), frame, first, last, std::move(reason)});
  }

  void read_head() {
    if (ignore_head_) return;
    if (!log::HeadFile::exists(dir_.head())) {
      head_missing_ = true;
      return;
    }
    const auto head = log::HeadFile::read(dir_.head());
    if (head) {
      head_ = *head;
    } else {
      damage("head", head.error().what);
    }
  }

  // It may be kept elsewhere, or be closed to who verifies.
  void check_vault() {
    std::error_code error;
    if (std::filesystem::is_empty(dir_.vault(), error) || error) return;
    if (const auto vault = log::Vault::open(dir_.vault(), false); !vault) damage("vault", vault.error().what);
  }

  void open_log() {
    auto log = log::EventLog::open(dir_.log(), log::EventLog::Mode::reader);
    if (!log) {
      damage("log", log.error().what);
      log = log::EventLog::open(dir_.log(), log::EventLog::Mode::salvage);
      if (!log) {
        damage("log", "nothing of it can be read: " + log.error().what);
        return;
      }
    }
    log_ = std::move(*log);
    if (head_missing_ && log_->last() != Position()) damage("head", "the head file is missing beside a log");
    out_.through = head_ ? head_->position : log_->last();
    if (const auto files = log_->check_files(); !files) damage("log", files.error().what);
  }

  void open_derived() {
    auto store = log::DerivedStore::open(dir_.index(), log::DerivedStore::Mode::reader);
    if (store) {
      store_ = std::move(*store);
      if (const auto files = store_->check_files(); !files) damage("tiles", files.error().what);
    } else if (std::filesystem::exists(dir_.index())) {
      damage("tiles", store.error().what);
    }
    for (const auto& [position, path] : engine::snapshot_files(dir_.snapshots())) {
      if (position > out_.through) continue;  // of a server that went on meanwhile
      engine::Shard loaded;
      const auto snapshot = engine::read_snapshot(path, loaded);
      if (snapshot) {
        snapshots_[snapshot->position] = snapshot->hash;
      } else if (std::filesystem::exists(path)) {  // one that was replaced meanwhile is gone
        damage("snapshot", fmt::format("{}: {}", path, snapshot.error().what));
      }
    }
  }

  struct Tree {
    std::unique_ptr<log::TileBuilder> builder;
  };

  log::TileBuilder& tree_of(std::string_view tenant) {
    auto found = trees_.find(tenant);
    if (found == trees_.end()) {
      const std::string name(tenant);
      auto builder = std::make_unique<log::TileBuilder>(
          [this, name](log::TileId id, std::span<const log::Hash, log::full_width> hashes) {
            check_tile(name, id, hashes);
          });
      found = trees_.emplace(name, std::move(builder)).first;
    }
    return *found->second;
  }

  void check_tile(const std::string& tenant, log::TileId id,
                  std::span<const log::Hash, log::full_width> hashes) {
    if (!store_) return;
    const auto stored = log::Trees::stored_tile(*store_, tenant, id);
    const std::string name = fmt::format("tile {} of {}", log::tile_path(id, log::full_width), tenant);
    if (!stored) {
      damage("tiles", fmt::format("{}: {}", name, stored.error().what));
      store_.reset();
    } else if (*stored && !std::ranges::equal(**stored, hashes)) {
      damage("tiles", fmt::format("{} differs from the log", name));
    } else if (*stored) {
      ++tiles_;
    }
  }

  log::Hash log_root() const {
    log::LogRoot root;
    for (const auto& [name, tree] : trees_) root.add(name, tree->size(), tree->root());
    return root.finish();
  }

  void replay_all() {
    const ViolationsThrow violations_throw;
    bool state_holds = true;
    engine::replay(
        *log_, {.from = Position(1), .through = out_.through, .hash_leaves = true},
        [&](engine::DecodedFrame& frame) {
          ++out_.frames;
          take(frame, state_holds);
          progress_(frame.frame->last().value(), out_.through.value());
          return true;
        },
        [&](const log::EventLog::Damage& d) {
          damage("log", d.reason, d.frame, d.first, d.last);
          state_holds = false;  // what follows cannot be held to a state any more
        });
    for (const auto& [name, tree] : trees_) out_.tenants[name] = {tree->size(), tree->root()};
    out_.log_root = log_root();
  }

  void take(engine::DecodedFrame& frame, bool& state_holds) {
    const log::Frame& lines = *frame.frame;
    size_t checked = 0;
    try {
      for (; checked < frame.events.size() && state_holds; ++checked) {
        const Position at(lines.first().value() + checked);
        shard_.apply(at, frame.events[checked]);
        tree_of(frame.events[checked].header.tenant).append(frame.leaves[checked]);
        ++out_.events;
        if (head_ && at == head_->tree && head_->root != log_root()) {
          damage("head", fmt::format("the trees at position {} are not those of the head file", at));
        }
        const auto snapshot = snapshots_.find(at);
        if (snapshot != snapshots_.end() && engine::state_hash(shard_.world) != snapshot->second) {
          damage("snapshot", fmt::format("the state replayed to position {} is not the snapshot's", at));
        }
      }
    } catch (const InvariantViolation& violation) {
      const Position at(lines.first().value() + checked);
      damage("state", violation.what(), lines.first(), at, at);
      state_holds = false;
    }
    if (!state_holds) out_.events += frame.events.size() - checked;
    if (frame.bad_line) {
      const auto& [at, reason] = *frame.bad_line;
      damage("log", reason, lines.first(), at, lines.last());
      state_holds = false;
    }
  }

  // Debits equal credits, over all accounts of each tenant.
  void check_balance() {
    const World& world = shard_.world;
    std::vector<__int128> sums(world.tenants.size(), 0);
    for (uint32_t i = 0; i < world.accounts.size(); ++i)
      sums[world.accounts[i].tenant] += world.accounts[i].balance_minor;
    for (uint32_t i = 0; i < world.ledger.size(); ++i)
      sums[world.ledger[i].tenant] += world.ledger[i].balance_minor;
    for (uint32_t i = 0; i < sums.size(); ++i) {
      if (sums[i] != 0) {
        damage("state",
               fmt::format("the trial balance of {} is not zero", world.strings[world.tenants[i].name]));
      }
    }
    for (const auto& [position, hash] : snapshots_) {
      out_.remarks.push_back(fmt::format("the state at position {} equals the snapshot", position));
    }
    if (tiles_ > 0) out_.remarks.push_back(fmt::format("{} stored tiles equal the log", tiles_));
    if (head_) out_.remarks.push_back("the log reaches what the head file says was acknowledged");
  }

  const log::DataDir& dir_;
  const bool ignore_head_;
  const std::function<void(uint64_t, uint64_t)>& progress_;
  Verified out_;
  std::optional<log::Head> head_;
  bool head_missing_ = false;
  std::unique_ptr<log::EventLog> log_;
  std::unique_ptr<log::DerivedStore> store_;
  std::map<Position, log::Hash> snapshots_;
  engine::Shard shard_;
  std::map<std::string, std::unique_ptr<log::TileBuilder>, std::less<>> trees_;
  uint64_t tiles_ = 0;
};

}  // namespace

Verified verify_log(const log::DataDir& dir, bool ignore_head,
                    const std::function<void(uint64_t, uint64_t)>& progress) {
  return Verifier(dir, ignore_head, progress).run();
}

}  // namespace provodka::tools
