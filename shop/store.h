/// The shop's database and its one way of changing: `execute` reads what a command needs, lets `apply` decide, and
/// writes the diff, the outbox rows and the receipt in ONE transaction. A process that dies at any moment has either
/// written all of it or nothing. The store belongs to one thread. SQLite in WAL mode with `synchronous=FULL`: what has
/// been answered survives a power cut.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "client-proto/core/result.h"
#include "shop/apply.h"

namespace soci {
class session;
}

namespace shop {

/// Sees every step of a write before it is done, by name; tests kill the process there.
class FaultHook {
 public:
  virtual ~FaultHook() = default;
  virtual void before(std::string_view step) = 0;
};

class Store {
 public:
  /// Opens or makes the database at `path` and migrates it. The error is a sentence for the operator.
  [[nodiscard]] static proto::Result<std::unique_ptr<Store>, std::string> open(const std::string& path,
                                                                               FaultHook* hook = nullptr);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// A refusal leaves no trace: the same key may be tried again later. Throws soci::soci_error when the database itself
  /// fails (disk full, file gone), having written nothing.
  [[nodiscard]] proto::Result<Receipt, Refusal> execute(const Command& command);

  /// For the repository functions, which read, and for `in_one_transaction`.
  [[nodiscard]] soci::session& db() { return *m_db; }
  /// Everything that `change` writes is committed together, or, when it throws, not at all.
  void in_one_transaction(const std::function<void(soci::session&)>& change);

  /// Grows with every change of products, placements or brands. Stock does not count.
  [[nodiscard]] std::uint64_t catalogue_version() const { return m_catalogue_version; }

 private:
  Store(std::unique_ptr<soci::session> db, FaultHook* hook);
  void write(const Command& command, Outcome& outcome);
  void step(std::string_view name);

  std::unique_ptr<soci::session> m_db;
  FaultHook* m_hook;
  std::uint64_t m_catalogue_version = 1;
};

/// Opens the database at `path` to look at it beside the server that owns it: no row is changed, and a database of
/// another version is refused. The error is a sentence for the operator.
[[nodiscard]] proto::Result<std::unique_ptr<soci::session>, std::string> open_to_read(const std::string& path);

}  // namespace shop
