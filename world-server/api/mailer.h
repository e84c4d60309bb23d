/// Mails to shoppers: login codes. Plain text in UTF-8, one recipient.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client-proto/core/result.h"

namespace world {

struct Mail {
  std::string to;
  std::string subject;  ///< ASCII
  std::string text;
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// Blocks. The error is a sentence for logs.
  [[nodiscard]] virtual proto::Status<std::string> send(const Mail& mail) = 0;
};

/// `url` is "smtp://host:port" or "smtps://host:port".
[[nodiscard]] std::unique_ptr<Mailer> smtp_mailer(std::string url, std::string from);

/// One plain address: a local part, one @, a domain; nothing that could end a header or open a second address.
[[nodiscard]] bool is_email_address(std::string_view text);

/// The form in which addresses are stored and compared: lower case (only ASCII letters occur in them). Whoever types
/// "Ada@Example.org" once and "ada@example.org" later is one person.
[[nodiscard]] std::string normal_email(std::string text);

}  // namespace world
