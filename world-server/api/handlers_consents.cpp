#include <map>
#include <set>
#include <string>
#include <utility>

#include "chain-bridge/customer/consent_desk.h"
#include "shop/catalogue_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/consent_door.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using chain::VaultRefusal;
using nlohmann::json;

constexpr std::uint32_t kConsentCallsPerMinuteMax = 60;  ///< of one session
constexpr std::uint32_t kConsentCallsPerPeerMax = 600;   ///< a minute, from one address; sessions are free
constexpr std::uint32_t kGrantsPerAccountMax = 20;       ///< a day; each costs the shop gas on the customer chain
constexpr std::uint32_t kGrantsPerPeerMax = 60;          ///< an hour, from one address; accounts are free
constexpr std::size_t kWordCharacters = 66;              ///< 0x and 64 digits
constexpr std::size_t kConsentSignatureBytes = 65;
constexpr std::size_t kConsentSignatureCharacters = 132;
constexpr std::int64_t kSecondsMax = 100'000'000'000;

// --- saying it
// -------------------------------------------------------------------------------------------------------

using BrandNames = std::map<std::string, std::string>;

BrandNames brand_names(Parts& parts) {
  BrandNames names;
  for (const shop::Brand& brand : shop::catalogue::brands(parts.db())) names.emplace(brand.id, brand.name);
  return names;
}

/// A brand that has left the shop is still named by its id.
json brand_json(const BrandNames& names, const std::string& id) {
  const auto name = names.find(id);
  return {{"id", id}, {"name", name == names.end() ? id : name->second}};
}

std::string iso_seconds(std::uint64_t seconds) { return iso_time({static_cast<std::int64_t>(seconds) * 1'000'000}); }

std::string_view state_text(const chain::Consent& consent, proto::TimeUs now) {
  if (consent.erased) return "erased";
  if (consent.withdrawn) return "withdrawn";
  return chain::holds(consent, now) ? "active" : "ended";
}

json consent_json(const BrandNames& names, const chain::ConsentView& view, proto::TimeUs now) {
  json readers = json::array();
  for (const chain::Reader& reader : view.readers) {
    readers.push_back({{"brand", brand_json(names, reader.brand)}, {"not_after", iso_seconds(reader.not_after_s)}});
  }
  json reads = json::array();
  for (const chain::ReadEntry& read : view.reads) {
    reads.push_back({{"brand", brand_json(names, read.reader)}, {"at", iso_time(read.at)}});
  }
  const chain::Consent& consent = view.consent;
  return {{"id", consent.grant.consent_id.hex()},
          {"brand", brand_json(names, consent.brand)},
          {"purpose", consent.purpose},
          {"granted", iso_time(consent.granted)},
          {"not_after", iso_seconds(consent.grant.not_after_s)},
          {"state", state_text(consent, now)},
          {"entries", view.entries},
          {"readers", std::move(readers)},
          {"reads", std::move(reads)},
          {"chain", to_text(consent.chain)}};
}

HttpResponse not_offered() {
  return problem(503, "sharing-closed", "Nothing can be shared here.",
                 "Buy without sharing; GET /api/session lists in `features` what this server offers.");
}

struct VaultRefusalText {
  VaultRefusal refusal;
  int status;
  std::string_view type;
  std::string_view title;
  std::string_view detail;
};

constexpr std::array kVaultRefusals{
    VaultRefusalText{VaultRefusal::kUnknownConsent, 404, "no-such-consent", "There is no such agreement.",
                     "Look at your own in GET /api/consents."},
    VaultRefusalText{VaultRefusal::kNotYours, 404, "no-such-consent", "There is no such agreement.",
                     "Look at your own in GET /api/consents."},
    VaultRefusalText{VaultRefusal::kConsentExists, 409, "consent-exists", "This id is taken.",
                     "Draw a fresh random id and sign again."},
    VaultRefusalText{VaultRefusal::kAgreedAlready, 409, "agreed-already", "There is an agreement with this brand.",
                     "Use the one that holds, see GET /api/consents, or end it first."},
    VaultRefusalText{
        VaultRefusal::kWrongSignature, 422, "wrong-signature", "The signature does not fit.",
        "Sign the typed data with the key of this agreement, on the chain and contract that the terms name."},
    VaultRefusalText{
        VaultRefusal::kWrongEnd, 422, "wrong-end", "The end does not fit.",
        "Choose an end in the future, within the terms' retention; a reader's end not after the agreement's."},
    VaultRefusalText{VaultRefusal::kEnded, 409, "consent-ended", "The agreement has ended.",
                     "Make a new one with a fresh id, if it is still wanted."},
    VaultRefusalText{VaultRefusal::kNoReader, 403, "not-a-reader", "That brand may not read this.",
                     "Only brands that the customer named may read."},
    VaultRefusalText{VaultRefusal::kTooMany, 409, "too-many", "There is no more room for this.",
                     "Erase agreements that are not needed any more, or name fewer readers."},
    VaultRefusalText{VaultRefusal::kWrongSequence, 422, "wrong-sequence", "The readers are out of order.",
                     "Number them 1, 2, 3 in the order in which they stand."},
    VaultRefusalText{VaultRefusal::kWrongCommitment, 422, "wrong-commitment", "The commitment does not open.",
                     "Read GET /api/consents/terms again and sign what it says now."},
    VaultRefusalText{VaultRefusal::kWrongTerms, 422, "wrong-terms", "Nobody here offers that.",
                     "Take brand and purpose from GET /api/consents/terms."},
};

HttpResponse refused(VaultRefusal refusal) {
  for (const VaultRefusalText& text : kVaultRefusals) {
    if (text.refusal == refusal) return problem(text.status, text.type, text.title, text.detail);
  }
  return problem(409, "refused", "That is refused.", "Look at your own agreements in GET /api/consents.");
}

// --- reading it
// ------------------------------------------------------------------------------------------------------

chain::Word read_word(Fields& fields, const char* name) {
  const auto word = chain::Word::parse(fields.text(name, kWordCharacters, kWordCharacters));
  if (!word) fields.complain(name, "must be 0x and 64 hexadecimal digits");
  return word.value_or(chain::Word{});
}

chain::Bytes read_signature(Fields& fields) {
  const std::string text = fields.text("signature", kConsentSignatureCharacters, kConsentSignatureCharacters);
  auto bytes = chain::parse_data(text, kConsentSignatureBytes);
  if (!bytes || bytes->size() != kConsentSignatureBytes)
    fields.complain("signature", "must be 0x and 130 hexadecimal digits");
  return bytes.value_or(chain::Bytes{});
}

std::uint64_t read_seconds(Fields& fields) {
  return static_cast<std::uint64_t>(fields.integer("not_after_s", 1, kSecondsMax));
}

struct ConsentBody {
  chain::ConsentGrant grant;
  chain::Word salt;
  chain::Bytes signature;
  std::string brand;
  std::string purpose;
  std::vector<chain::SignedReader> readers;
};

void read_readers(Fields& consent_fields, std::vector<FieldError>& errors, ConsentBody& body) {
  std::set<std::string> seen{body.brand};
  const json& readers = consent_fields.array("readers", 0, chain::kReadersPerConsentMax);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    Fields fields(readers[i], consent_fields.pointer("readers/" + std::to_string(i)), errors);
    chain::SignedReader reader;
    reader.brand = fields.slug("brand", 64);
    reader.not_after_s = read_seconds(fields);
    reader.sequence = static_cast<std::uint64_t>(
        fields.integer("sequence", 1, static_cast<std::int64_t>(chain::kReadersPerConsentMax)));
    reader.signature = read_signature(fields);
    if (!seen.insert(reader.brand).second) fields.complain("brand", "must be another brand, named once");
    fields.finish();
    body.readers.push_back(std::move(reader));
  }
}

ConsentBody read_consent(const json& value, std::vector<FieldError>& errors) {
  Fields fields(value, "", errors);
  ConsentBody body;
  body.grant.consent_id = read_word(fields, "id");
  body.brand = fields.slug("brand", 64);
  body.purpose = fields.slug("purpose", 64);
  body.grant.not_after_s = read_seconds(fields);
  body.salt = read_word(fields, "salt");
  body.signature = read_signature(fields);
  read_readers(fields, errors, body);
  fields.finish();
  body.grant.brand_id = chain::registry_id(body.brand);
  body.grant.purpose_id = chain::registry_id(body.purpose);
  return body;
}

/// The signature that ends or erases; nothing where the key is in another browser.
std::optional<chain::Bytes> read_end(const json& value, std::vector<FieldError>& errors) {
  Fields fields(value, "", errors);
  std::optional<chain::Bytes> signature;
  if (!fields.member("signature").is_null()) signature = read_signature(fields);
  fields.finish();
  return signature;
}

/// Ending one agreement ends every other one with the brand, so all that a login has joined must be known first.
enum class Logins : std::uint8_t { kIfPossible, kAll };

/// The problem that keeps the caller from going on, if there is one; the desk is there otherwise, and has heard of
/// logins.
std::optional<HttpResponse> check_desk(Parts& parts, const Call& call, Logins logins = Logins::kIfPossible) {
  if (parts.consents == nullptr) return not_offered();
  if (!parts.limits.take("consents/peer/" + call.request.peer_address, kConsentCallsPerPeerMax, proto::minutes(1),
                         call.now()) ||
      !parts.limits.take("consents/" + call.session->token_hash, kConsentCallsPerMinuteMax, proto::minutes(1),
                         call.now())) {
    return problem(429, "too-many-calls", "Too many calls about agreements.", "Wait a minute before the next one.");
  }
  if (finish_account_moves(parts, call.now()) || logins == Logins::kIfPossible) return std::nullopt;
  return problem(503, "vault-busy", "That cannot be ended just now.", "Nothing was changed. Try again in a moment.");
}

/// The problem that keeps the caller from one more grant. Refused ones count too: checking their signatures is work.
/// The address comes first: it bounds for how many accounts the limits have to remember a day.
std::optional<HttpResponse> check_grants(Parts& parts, const Call& call) {
  if (!parts.limits.take("grants/peer/" + call.request.peer_address, kGrantsPerPeerMax, proto::hours(1), call.now())) {
    return problem(429, "too-many-grants", "Too many agreements from this address.",
                   "Wait an hour before the next one; buying without sharing needs none.");
  }
  if (!parts.limits.take("grants/" + call.session->account.hex(), kGrantsPerAccountMax, proto::days(1), call.now())) {
    return problem(429, "too-many-grants", "Too many agreements of this account.",
                   "Wait a day before the next one; buying without sharing needs none.");
  }
  return std::nullopt;
}

/// The id that the path names; one that is none belongs to no consent.
chain::Word path_id(const Call& call) { return chain::Word::parse(call.parameters.front()).value_or(chain::Word{}); }

}  // namespace

HttpResponse get_consent_terms(Parts& parts, Call&) {
  if (parts.consents == nullptr) return not_offered();
  const chain::ConsentTerms& terms = parts.consents->terms();
  const BrandNames names = brand_names(parts);
  json brands = json::array();
  for (const std::string& id : parts.consents->brands()) {
    if (names.contains(id)) brands.push_back(brand_json(names, id));
  }
  return ok_json({{"purpose", terms.purpose},
                  {"notice", terms.notice},
                  {"notice_hash", terms.notice_hash.hex()},
                  {"retention_s", terms.retention_s},
                  {"chain_id", terms.chain_id},
                  {"contract", terms.contract.text()},
                  {"brands", std::move(brands)}});
}

HttpResponse get_consents(Parts& parts, Call& call) {
  if (auto refusal = check_desk(parts, call)) return *std::move(refusal);
  const BrandNames names = brand_names(parts);
  json consents = json::array();
  for (const chain::ConsentView& view : parts.consents->views(call.session->account)) {
    consents.push_back(consent_json(names, view, call.now()));
  }
  return ok_json({{"consents", std::move(consents)}});
}

HttpResponse post_consent(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  ConsentBody body = read_consent(call.body, errors);
  if (!errors.empty()) return invalid_members(errors);
  if (call.refuses_sharing()) return sharing_refused();
  if (auto refusal = check_desk(parts, call)) return *std::move(refusal);
  if (auto refusal = check_grants(parts, call)) return *std::move(refusal);
  chain::ConsentDesk& desk = *parts.consents;
  const std::string record = chain::consent_record(body.grant, body.brand, body.purpose, desk.terms().notice_hash);
  body.grant.commitment = chain::commitment(chain::kConsentTag, body.salt, record);
  const auto& account = call.session->account;
  const auto granted =
      desk.grant(body.grant, body.salt, body.signature, body.brand, body.purpose, body.readers, account, call.now());
  if (!granted) return refused(granted.error());
  const auto view = desk.view(body.grant.consent_id, account);
  if (!view) return refused(view.error());
  return ok_json(consent_json(brand_names(parts), *view, call.now()), *granted == chain::Granted::kNew ? 201 : 200);
}

HttpResponse post_consent_withdraw(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  const auto signature = read_end(call.body, errors);
  if (!errors.empty()) return invalid_members(errors);
  if (auto refusal = check_desk(parts, call, Logins::kAll)) return *std::move(refusal);
  const auto view = parts.consents->withdraw(path_id(call), signature, call.session->account, call.now());
  if (!view) return refused(view.error());
  return ok_json(consent_json(brand_names(parts), *view, call.now()));
}

HttpResponse post_consent_erase(Parts& parts, Call& call) {
  std::vector<FieldError> errors;
  const auto signature = read_end(call.body, errors);
  if (!errors.empty()) return invalid_members(errors);
  if (auto refusal = check_desk(parts, call, Logins::kAll)) return *std::move(refusal);
  const auto receipt = parts.consents->erase(path_id(call), signature, call.session->account, call.now());
  if (!receipt) return refused(receipt.error());
  const auto view = parts.consents->view(path_id(call), call.session->account);
  if (!view) return refused(view.error());
  return ok_json({{"consent", consent_json(brand_names(parts), *view, call.now())},
                  {"receipt",
                   {{"text", receipt->text},
                    {"hash", receipt->hash.hex()},
                    {"signature", chain::hex_data(receipt->signature)},
                    {"signer", receipt->signer.text()}}}});
}

}  // namespace world
