#include "tools/attack/attacker.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace attack {

namespace {

constexpr int kNicer = 10;  ///< an attacker gets what the walkers leave of their core
constexpr int kMeanwhileMs = 20;
constexpr char kReady = 'r';
constexpr char kEnough = '+';
constexpr char kLittle = '-';

}  // namespace

void begin_together(Target& target, const std::function<void()>& meanwhile) {
  (void)!::write(target.ready_pipe, &kReady, 1);
  pollfd start{target.start_pipe, POLLIN, 0};
  while (::poll(&start, 1, kMeanwhileMs) == 0) {
    if (meanwhile) meanwhile();
  }
  target.until = worldbench::now_steady() + proto::seconds(target.seconds);
}

Attacker::Attacker(const Attack& attack, Target target) : m_name(attack.name) {
  std::array<int, 2> from{};
  std::array<int, 2> to{};
  if (::pipe(from.data()) != 0) return;
  if (::pipe(to.data()) != 0) return;
  m_pid = ::fork();
  if (m_pid == 0) {
    ::close(from[0]);
    ::close(to[1]);
    (void)!::nice(kNicer);
    target.ready_pipe = from[1];
    target.start_pipe = to[0];
    const Feat feat = attack.run(target);
    const std::string word = (feat.enough ? kEnough : kLittle) + feat.words;
    (void)!::write(from[1], word.data(), word.size());
    ::_exit(0);
  }
  ::close(from[1]);
  ::close(to[0]);
  m_from = from[0];
  m_to = to[1];
}

Attacker::~Attacker() {
  if (m_from >= 0) ::close(m_from);
  if (m_to >= 0) ::close(m_to);
}

bool Attacker::ready() {
  pollfd from{m_from, POLLIN, 0};
  if (m_ready || ::poll(&from, 1, 0) == 0) return m_ready;
  char word = 0;
  m_ready = true;
  (void)!::read(m_from, &word, 1);  // nothing when it has died
  return m_ready;
}

void Attacker::go() const { (void)!::write(m_to, &kReady, 1); }

Feat Attacker::end() {
  std::array<char, 512> word{};
  const ssize_t size = ::read(m_from, word.data(), word.size());
  int status = 0;
  if (m_pid > 0) ::waitpid(m_pid, &status, 0);
  if (size <= 1) return {false, "ended without a word"};
  return {word[0] == kEnough, std::string(word.data() + 1, static_cast<std::size_t>(size) - 1)};
}

}  // namespace attack
