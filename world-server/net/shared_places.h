/// Places that all addresses share, of which there are few: who comes when they are taken gets one that somebody else
/// gives up. That is the one held for longest by whichever address holds the most; addresses with no more than a fair
/// number count as equal, so that a household is not the first to go because it is one. Each call takes logarithmic
/// time: thousands a second come and go while strangers knock.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "client-proto/core/check.h"

namespace world::net {

template <class Owner>
class SharedPlaces {
 public:
  explicit SharedPlaces(std::size_t fair) : m_fair(fair) {}

  /// Takes a place, or the same one anew: it then counts as held from now on.
  void take(const std::string& address, Owner owner) {
    leave(owner);
    const auto holder = m_holders.try_emplace(address).first;
    if (!holder->second.empty()) m_ranks.erase(rank(holder->second));
    holder->second.push_back({owner, ++m_taken});
    m_seats[owner] = {holder, std::prev(holder->second.end())};
    m_ranks.insert(rank(holder->second));
  }
  void leave(Owner owner) {
    const auto found = m_seats.find(owner);
    if (found == m_seats.end()) return;
    const auto [holder, place] = found->second;
    m_ranks.erase(rank(holder->second));
    holder->second.erase(place);
    if (holder->second.empty()) {
      m_holders.erase(holder);
    } else {
      m_ranks.insert(rank(holder->second));
    }
    m_seats.erase(found);
  }
  [[nodiscard]] std::size_t size() const { return m_seats.size(); }
  [[nodiscard]] std::size_t held_by(const std::string& address) const {
    const auto found = m_holders.find(address);
    return found == m_holders.end() ? 0 : found->second.size();
  }
  /// Whose place is given up next; there must be one.
  [[nodiscard]] Owner next_to_go() const {
    GALLERIA_CHECK(!m_ranks.empty());
    return m_ranks.rbegin()->longest;
  }

 private:
  struct Place {
    Owner owner;
    std::uint64_t taken;  ///< counts all that were ever taken
  };
  using Holders = std::map<std::string, std::list<Place>>;  ///< whose iterators stay good
  struct Seat {
    typename Holders::iterator holder;
    typename std::list<Place>::iterator place;
  };
  /// Of an address: the greatest goes first.
  struct Rank {
    std::size_t places;
    std::uint64_t longest_taken;  ///< no two are alike
    Owner longest;
    bool operator<(const Rank& other) const {
      return std::tie(places, other.longest_taken) < std::tie(other.places, longest_taken);
    }
  };
  [[nodiscard]] Rank rank(const std::list<Place>& places) const {
    return {std::max(places.size(), m_fair), places.front().taken, places.front().owner};
  }
  std::size_t m_fair;
  std::uint64_t m_taken = 0;
  Holders m_holders;
  std::unordered_map<Owner, Seat> m_seats;
  std::set<Rank> m_ranks;  ///< one for each address
};

}  // namespace world::net
