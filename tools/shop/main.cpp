// galleria-shop: what the operator asks the shop's database. It only reads, so it may run beside the server.
//
//     galleria-shop orders --data data [--state issued] [--limit 50] [--csv]
#include <soci/soci.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <string>
#include <system_error>

#include "client-proto/core/money.h"
#include "shop/order_repo.h"
#include "shop/store.h"

namespace {

struct Options {
  std::string data = "data";
  std::string state;
  int limit = 50;
  bool csv = false;
};

constexpr int kLimitMax = 100'000;

std::string when(proto::TimeUs time) {
  const std::time_t seconds = static_cast<std::time_t>(time.us / 1'000'000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::string text(20, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts));
  return text;
}

void print_table_row(const shop::Order& order) {
  const shop::OrderLine& line = order.lines.front();
  std::cout << order.id.hex().substr(0, 16) << "  " << when(order.created) << "  " << std::left << std::setw(16)
            << to_text(order.state) << "  " << std::setw(6) << to_text(order.pay) << "  " << std::right << std::setw(12)
            << proto::to_text(order.total) << "  " << line.name
            << (line.options.empty() ? "" : " (" + line.options + ")") << "  " << to_text(order.reason) << "\n";
}

/// A text as one CSV field (RFC 4180).
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

void print_csv_row(const shop::Order& order) {
  const shop::OrderLine& line = order.lines.front();
  std::cout << order.id.hex() << "," << when(order.created) << "," << to_text(order.state) << "," << to_text(order.pay)
            << "," << order.total.minor << "," << order.total.currency.text() << "," << quoted(line.name) << ","
            << quoted(line.options) << "," << quoted(order.email) << "," << line.token.hex() << ","
            << quoted(order.mint_tx) << "," << to_text(order.reason) << "\n";
}

int list_orders(const Options& options) {
  const std::string path = options.data + "/shop.db";
  std::error_code trouble;
  if (!std::filesystem::exists(path, trouble)) {
    std::cerr << "there is no shop in " << options.data << " that can be seen from here"
              << (trouble ? " (" + trouble.message() + ")" : "")
              << ": give the server's data folder with --data, as the server's user\n";
    return 1;
  }
  const auto wanted = shop::order_state(options.state);
  if (!options.state.empty() && !wanted) {
    std::cerr << "no order is ever \"" << options.state << "\"; states are those of GET /api/orders\n";
    return 2;
  }
  const auto db = shop::open_to_read(path);
  if (!db) {
    std::cerr << db.error() << "\n";
    return 1;
  }
  if (options.csv) {
    std::cout << "order,created_utc,state,pay,total_minor,currency,name,options,email,token,mint_tx,reason\n";
  }
  int shown = 0;
  for (const shop::Order& order : shop::orders::newest_orders(**db, kLimitMax)) {
    if (wanted && order.state != *wanted) continue;
    if (shown == options.limit) break;
    options.csv ? print_csv_row(order) : print_table_row(order);
    ++shown;
  }
  if (!options.csv) std::cout << shown << (shown == 1 ? " order\n" : " orders\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli("What the operator asks the shop's database");
  cli.require_subcommand(1);
  Options options;
  CLI::App* orders = cli.add_subcommand("orders", "Lists orders, the newest first");
  orders->add_option("--data", options.data, "The server's data folder")->capture_default_str();
  orders->add_option("--state", options.state, "Only orders in this state");
  orders->add_option("--limit", options.limit, "At most so many")
      ->check(CLI::Range(1, kLimitMax))
      ->capture_default_str();
  orders->add_flag("--csv", options.csv, "Comma-separated values with every column, for other programs");
  CLI11_PARSE(cli, argc, argv);
  try {
    return list_orders(options);
  } catch (const soci::soci_error& error) {
    std::cerr << "the shop's database: " << error.what() << "\n";
    return 1;
  }
}
