#include "ledger/log/checkpoint.h"
#include "ledger/log/proof.h"
#include "ledger/log/vault.h"
#include "tools/provodka/ledger_reader.h"
#include "tools/provodka/terminal.h"

#include <fstream>
#include <iostream>

namespace provodka::tools {
namespace {

struct ProveOptions : ReaderOptions {
  uint64_t sequence = 0;
  std::string since;
  Format format = Format::table;
};

std::string read_or_fail(const std::string& path) { return or_fail(log::read_file(path), kRefused); }

// A proof is a text of its own; the other formats carry it as one of their cells.
void print_proof(Format format, const std::string& tenant, const std::string& proof) {
  if (format == Format::table) {
    fmt::print("{}", proof);
  } else if (format == Format::csv) {
    Rows rows({{"tenant"}, {"proof"}});
    rows.add({tenant, proof});
    rows.print(format);
  } else {
    fmt::print("{{\"tenant\":{},\"proof\":{}}}\n", json_string(tenant), json_string(proof));
  }
}

// What is made of the stored tiles; of the log alone where some of them are damaged or missing.
template <class F>
auto from_tiles(LedgerReader& reader, const std::string& tenant, F&& make) {
  auto made = make(*or_fail(reader.trees())->source(tenant));
  if (!made) made = make(*or_fail(reader.trees_from_log())->source(tenant));
  return or_fail(std::move(made));
}

void prove(const ProveOptions& options) {
  auto reader = or_fail(LedgerReader::open(options.data));
  const std::string tenant = tenant_of(options, reader);
  const auto head = or_fail(reader.trees())->head(tenant);
  auto vault = or_fail(log::Vault::open(reader.dir().vault(), false));
  const log::SignerKey signer = or_fail(vault.signer(tenant, false));
  const log::SignerKey* const signers[] = {&signer};
  const log::Checkpoint checkpoint{.origin = log::log_origin(tenant), .size = head->size, .root = head->root};
  const std::string note = log::sign_note(checkpoint.text(), signers);
  if (!options.since.empty()) {
    const log::VerifierKey keys[] = {signer.verifier()};
    const auto old =
        or_fail(log::Checkpoint::parse(or_fail(log::open_note(read_or_fail(options.since), keys), kRefused)),
                kRefused);
    if (old.size > head->size)
      fail(kFailed, fmt::format("the checkpoint is of {} events, the log has {}: events are missing",
                                old.size, head->size));
    auto hashes = from_tiles(reader, tenant, [&](log::TileSource& tiles) {
      return log::prove_consistency(tiles, old.size, head->size);
    });
    if (!log::verify_consistency(old.size, head->size, old.root, head->root, hashes)) {
      fail(kFailed, "the log is not a continuation of the one that the checkpoint was signed for");
    }
    print_proof(options.format, tenant,
                log::ConsistencyProof{old.size, head->size, std::move(hashes), note}.to_string());
    return;
  }
  if (options.sequence == 0 || options.sequence > head->size) {
    fail(kRefused, fmt::format("there is no event {}: {} has {}", options.sequence, tenant, head->size));
  }
  auto hashes = from_tiles(reader, tenant, [&](log::TileSource& tiles) {
    return log::prove_inclusion(tiles, options.sequence - 1, head->size);
  });
  print_proof(options.format, tenant,
              log::InclusionProof{options.sequence - 1, std::move(hashes), note}.to_string());
}

struct VerifyOptions {
  std::string proof, line, key, since;
};

void verify_proof(const VerifyOptions& options) {
  const log::VerifierKey keys[] = {or_fail(log::VerifierKey::parse(options.key), kRefused)};
  const std::string text = read_or_fail(options.proof);
  const auto open_checkpoint = [&](std::string_view note) {
    return or_fail(log::Checkpoint::parse(or_fail(log::open_note(note, keys))));
  };
  if (!options.since.empty()) {
    const auto proof = or_fail(log::ConsistencyProof::parse(text));
    const auto old = open_checkpoint(read_or_fail(options.since));
    const auto now = open_checkpoint(proof.checkpoint_note);
    if (old.origin != now.origin || old.size != proof.old_size || now.size != proof.new_size ||
        !log::verify_consistency(old.size, now.size, old.root, now.root, proof.hashes)) {
      fail(kFailed, "the proof does not hold: the log is not a continuation of the one of that checkpoint");
    }
    fmt::print("the log of {} events is a continuation of the one of {} events\n", now.size, old.size);
    return;
  }
  if (options.line.empty()) fail(kRefused, "give the event with --line, or an older checkpoint with --since");
  std::string line = options.line == "-" ? std::string(std::istreambuf_iterator<char>(std::cin), {})
                                         : read_or_fail(options.line);
  if (line.ends_with('\n')) line.pop_back();
  const auto proof = or_fail(log::InclusionProof::parse(text));
  const auto checkpoint = open_checkpoint(proof.checkpoint_note);
  if (!log::verify_inclusion(log::leaf_hash(line), proof.index, checkpoint.size, proof.hashes,
                             checkpoint.root)) {
    fail(kFailed, "the proof does not hold: this line is not that event of the log");
  }
  fmt::print("event {} is in {} of {} events\n", proof.index + 1, checkpoint.origin, checkpoint.size);
}

}  // namespace

void add_prove(CLI::App& app) {
  auto* sub = app.add_subcommand(
      "prove", "A proof that an event is in the log, or that the log continues an older one");
  static ProveOptions options;
  add_reader_options(*sub, options);
  sub->add_option("sequence", options.sequence, "The event's sequence: writes a C2SP tlog-proof");
  sub->add_option("--since", options.since,
                  "A checkpoint that was kept: writes a proof that nothing before it changed");
  add_format(*sub, options.format);
  sub->footer("Example: provodka prove --data .run/data --tenant ok-telecom 48212 > receipt.tlog-proof");
  sub->callback([] {
    if ((options.sequence == 0) == options.since.empty())
      fail(kRefused, "prove: give either a sequence or --since CHECKPOINT");
    prove(options);
  });
}

void add_verify_proof(CLI::App& app) {
  auto* sub = app.add_subcommand("verify-proof", "Checks a proof with nothing but the log's public key");
  static VerifyOptions options;
  sub->add_option("proof", options.proof, "The proof")->required();
  sub->add_option("--key", options.key, "The log's verifier key, as GET /v1/TENANT/keys gives it")
      ->required();
  sub->add_option("--line", options.line, "The event's line, in a file or - for standard input");
  sub->add_option("--since", options.since, "The older checkpoint, for a proof of continuation");
  sub->footer(
      "Example: provodka verify-proof receipt.tlog-proof --line event.json --key \"$(curl -s "
      "localhost:8080/v1/ok-telecom/keys)\"");
  sub->callback([] { verify_proof(options); });
}

}  // namespace provodka::tools
