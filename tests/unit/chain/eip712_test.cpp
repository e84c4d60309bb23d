#include "chain-bridge/eth/eip712.h"

#include <array>
#include <catch2/catch.hpp>

#include "chain-bridge/eth/keccak.h"
#include "chain-bridge/eth/signature.h"
#include "tests/unit/chain/vectors.h"

using chain::Address;
using chain::keccak256;
using chain::Word;

namespace {

constexpr const char* kPerson = "Person(string name,address wallet)";
constexpr const char* kMail = "Mail(Person from,Person to,string contents)Person(string name,address wallet)";

Word person_hash(const nlohmann::json& person) {
  const std::array<Word, 2> members{keccak256(person["name"].get<std::string>()),
                                    Address::parse(person["wallet"].get<std::string>()).value().word()};
  return chain::eip712::struct_hash(kPerson, members);
}

}  // namespace

TEST_CASE("typed data gives the hashes and the signature of the standard's example") {
  const auto vectors = published_vectors("eip.json");
  if (!vectors) {
    WARN("skipped: the published EIP vectors are not on this machine");
    return;
  }
  const auto& example = (*vectors)["eip712"];
  const auto& message = example["message"];
  const std::array<Word, 3> members{person_hash(message["from"]), person_hash(message["to"]),
                                    keccak256(message["contents"].get<std::string>())};
  const Word mail = chain::eip712::struct_hash(kMail, members);
  const auto& domain = example["domain"];
  const Word separator =
      chain::eip712::domain_separator({domain["name"], domain["version"], domain["chainId"].get<std::uint64_t>(),
                                       Address::parse(domain["verifyingContract"].get<std::string>()).value()});
  const Word hash = chain::eip712::signing_hash(separator, mail);

  CHECK(keccak256(kMail).hex() == example["typeHash"].get<std::string>());
  CHECK(mail.hex() == example["structHash"].get<std::string>());
  CHECK(separator.hex() == example["domainHash"].get<std::string>());
  CHECK(hash.hex() == example["signHash"].get<std::string>());

  const auto key = chain::SecretKey::from(keccak256("cow"));
  REQUIRE(key);
  CHECK(key->address() == Address::parse(example["address"].get<std::string>()));
  const auto signature = key->sign(hash);
  CHECK(signature.r.hex() == example["signature"]["r"].get<std::string>());
  CHECK(signature.s.hex() == example["signature"]["s"].get<std::string>());
  CHECK(signature.bytes()[64] == example["signature"]["v"].get<int>());
}
