#pragma once

#include "adapters/routeros/enforcement.h"
#include "adapters/routeros/router.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::routeros {

// What became of one point in one mode. A point without any finding was right already.
struct Finding {
  enum class Kind : unsigned char {
    repaired,    // the router confirmed it
    obstructed,  // something that is not ours, or that the point lacks, is in the way
    failed,      // the router refused
  };
  Kind kind;
  std::string tag;
  std::string_view mode;  // Mode::name
  std::string what;
};

struct Report {
  std::vector<Finding> findings;
  size_t entries_read = 0;
  size_t changes_sent = 0;  // operations that change something
  size_t sessions_ended = 0;
  milliseconds took{0};
  std::optional<Fault> fault;  // the router could not be asked any more, and the rest was not done

  bool is_clean() const;  // nothing was obstructed, nothing failed, and there is no fault
};

// Makes one router follow the books, and knows what it has. Nothing but what the difference names is sent.
//
// Where a report has a fault, what was sent and is not among its findings may or may not have been done: the
// mirror is forgotten, and the next call has to be reconcile(). So it is at the start, and after each
// connect. For the thread of the router; it must outlive its calls.
class Reconciler {
 public:
  // The router and what it is held to, in the order in which it is done. With a tenant the entries that are
  // tagged with another one are foreign.
  Reconciler(asio::io_context& context, Router& router, std::vector<std::unique_ptr<Mode>> modes,
             const std::string& tenant = {});

  // Reads back, compares, and repairs both ways. Points that are applied while it reads have the last word.
  // REQUIRES: these are all the points that the router serves; no other reconcile() waits.
  Task<Report> reconcile(std::vector<Point> points);

  // The same for modes that are no longer in use: what is ours goes, but what these points have there, which
  // is held to the books as before. Nothing is begun there for one that has nothing.
  Task<Report> wind_down(std::vector<Point> points);

  // Makes some points right, in one round trip of each mode where nothing is in the way; ending sessions
  // takes two more. Refused without a mirror. Several calls have their turns; one goes on while reconcile()
  // reads, and waits while it repairs.
  Task<Report> apply(std::vector<Point> points);

  bool has_mirror() const { return mirrored_; }
  // Nothing of ours is there. REQUIRES: has_mirror().
  bool is_empty() const;

 private:
  struct Menu {
    Menu(std::unique_ptr<Mode> m, const std::string& tenant) : mode(std::move(m)), mirror(*mode, tenant) {}
    std::unique_ptr<Mode> mode;
    Mirror mirror;
  };
  // What is done for one mode in one call.
  struct Work {
    Menu& menu;
    std::span<const Point> points;
    Scope scope;
    Report& report;
    std::vector<std::string> stale;       // tags of which the router has something else than the mirror
    std::vector<SessionName> names_left;  // see Difference
    bool again = false;                   // what is stale was read again
  };

  Task<> take_turn();
  void end_turn();

  enum class Use : unsigned char { present, former };  // of the modes
  Task<Report> compare(std::vector<Point> points, Use use);
  Task<Result<void>> read_back(std::vector<Point>& points, Report& report);
  Task<Result<void>> enforce(Work& work);
  Task<Result<void>> carry_out(Work& work, Difference difference);
  Task<Result<void>> send(Work& work, std::vector<Step> steps);
  Task<Result<void>> send_one_by_one(Work& work, std::vector<Step> steps);
  Task<Result<void>> adopt(Work& work, std::vector<Step> steps);
  Task<Result<void>> read_points(Menu& menu, std::span<const Point> points);
  Task<Result<void>> settle_stale(Work& work);
  Task<Result<void>> end_sessions(Work& work);
  void confirm(Work& work, const Step& step, const Answer& answer);

  Router& router_;
  std::vector<std::unique_ptr<Menu>> menus_;
  Timer turn_;  // ends where somebody may take a turn
  bool taken_ = false;
  bool mirrored_ = false;
  bool reconciling_ = false;
  bool reading_ = false;
  std::vector<Point> meanwhile_;  // applied while reading_
};

}  // namespace provodka::routeros
