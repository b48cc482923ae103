#include "ledger/codec/schema.h"
#include "tools/provodka/terminal.h"

#include <filesystem>
#include <fstream>

namespace provodka::tools {

void add_schemas(CLI::App& app) {
  auto* sub = app.add_subcommand("schemas", "Writes the JSON Schemas of all events and commands");
  static std::string dir;
  sub->add_option("directory", dir, "Where to")->required();
  sub->footer("Example: provodka schemas /tmp/schemas");
  sub->callback([] {
    for (const auto& [name, text] : codec::schemas()) {
      const std::filesystem::path path = std::filesystem::path(dir) / name;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path) << text;
    }
  });
}

}  // namespace provodka::tools
