/// A process that attacks. It prepares itself, says so, waits for the start, and leaves a word about what it achieved.
#pragma once

#include <sys/types.h>

#include <string>

#include "tools/attack/attacks.h"

namespace attack {

class Attacker {
 public:
  Attacker(const Attack& attack, Target target);
  ~Attacker();
  Attacker(const Attacker&) = delete;
  Attacker& operator=(const Attacker&) = delete;

  [[nodiscard]] const char* name() const { return m_name; }
  /// Prepared, or dead already.
  [[nodiscard]] bool ready();
  void go() const;
  /// Waits for its end. One that died shows nothing.
  [[nodiscard]] Feat end();

 private:
  const char* m_name;
  pid_t m_pid = -1;
  int m_from = -1;
  int m_to = -1;
  bool m_ready = false;
};

}  // namespace attack
