/// galleria-server itself, as a process, with a small mall: it serves, lets bots in, refuses the hostile ones, records,
/// and stops when told.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "world-server/app/exit_codes.h"
#include "world-server/world/recording.h"

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr const char* kMall = R"({"format":"galleria.mall/1","name":"Test mall",
  "spawns":[{"position":[0,0,0],"yaw_rad":0},{"position":[2,0,0],"yaw_rad":0}],
  "bounds":{"min":[-50,-1,-50],"max":[50,20,50]},
  "colliders":{"boxes":[{"center":[0,-0.5,0],"half":[50,0.5,50],"yaw_rad":0}],"hulls":[],"triangles":[]},
  "boutiques":[{"id":"one","name":"One","kind":"fashion","zone":{"min":[-9,0,-9],"max":[-5,5,-5]},"door":[-5,0,-7]}],
  "displays":[],"props":[],"staff":[]})";

/// A port that was free a moment ago.
std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  socklen_t size = sizeof(address);
  REQUIRE(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

/// Programs lie beside the tests.
std::string program(const char* name) { return fs::read_symlink("/proc/self/exe").parent_path() / name; }

class Process {
 public:
  explicit Process(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    m_pid = ::fork();
    REQUIRE(m_pid >= 0);
    if (m_pid == 0) {
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~Process() {
    if (m_pid <= 0) return;
    ::kill(m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(m_pid, number); }
  /// The exit code, or -1 when it did not end in time (or not by itself).
  int wait(std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      int status = 0;
      if (::waitpid(m_pid, &status, WNOHANG) == m_pid) {
        m_pid = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      std::this_thread::sleep_for(20ms);
    }
    return -1;
  }

 private:
  pid_t m_pid = -1;
};

/// A folder with a small mall, and the words that start a server on it.
struct Stage {
  Stage() : port(free_port()) {
    std::string pattern = (fs::temp_directory_path() / "galleria-server-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
    fs::create_directories(folder + "/content/mall");
    fs::create_directories(folder + "/web");
    std::ofstream(folder + "/content/mall/mall.json") << kMall;
    std::ofstream(folder + "/web/index.html") << "<!doctype html>";
  }
  ~Stage() { fs::remove_all(folder); }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> more = {}) const {
    std::vector<std::string> all{program("galleria-server"), "--port", std::to_string(port), "--data",
                                 folder + "/data",           "--web",  folder + "/web",      "--content",
                                 folder + "/content"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
  /// True once the port answers.
  [[nodiscard]] bool answers() const {
    for (int i = 0; i < 500; ++i) {
      const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in address = {};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
      ::close(fd);
      if (connected) return true;
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }
  /// Sends one request as it is written and gives the status of the answer; 0 when there was none.
  [[nodiscard]] int status_of(const std::string& request) const {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    std::size_t sent = 0;
    while (sent < request.size()) {
      const ssize_t more = ::send(fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    std::string answer(12, '\0');  // "HTTP/1.1 200"
    const ssize_t got = ::recv(fd, answer.data(), answer.size(), MSG_WAITALL);
    ::close(fd);
    return got == 12 ? static_cast<int>(std::strtol(answer.c_str() + 9, nullptr, 10)) : 0;
  }
  std::string folder;
  std::uint16_t port;
};

std::string upload_of(std::size_t size_bytes, const std::string& headers) {
  return "POST /api/uploads HTTP/1.1\r\nHost: mall.test\r\nX-Filename: chair.glb\r\n" + headers +
         "Content-Length: " + std::to_string(size_bytes) + "\r\n\r\n" + std::string(size_bytes, 'x');
}

}  // namespace

TEST_CASE("bots of both transports walk in a running server, and it stops when told") {
  Stage stage;
  Process server(stage.words({"--record", stage.folder + "/walk.rec"}));
  REQUIRE(stage.answers());
  Process bots({program("galleria-loadbot"), "--url", stage.url(), "--enet", "2", "--ws", "2", "--seconds", "2"});
  CHECK(bots.wait(60s) == 0);
  server.signal(SIGTERM);
  CHECK(server.wait(10s) == world::app::kExitOk);
  std::ifstream file(stage.folder + "/walk.rec", std::ios::binary);
  const std::vector<char> text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto replayed = world::replay({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  REQUIRE(replayed.ok());
  REQUIRE(replayed.value().recorded_end.has_value());
  CHECK(replayed.value().recorded_end->state_hash == replayed.value().state_hash);
}

TEST_CASE("hostile clients are refused in words and the server stays well") {
  Stage stage;
  Process server(stage.words());
  REQUIRE(stage.answers());
  Process hostile({program("galleria-loadbot"), "--url", stage.url(), "--hostile"});
  CHECK(hostile.wait(100s) == 0);
  server.signal(SIGINT);
  CHECK(server.wait(10s) == world::app::kExitOk);
}

TEST_CASE("an upload that the shop refuses leaves no file") {
  Stage stage;
  Process server(stage.words());
  REQUIRE(stage.answers());
  const std::string spool = stage.folder + "/data/spool";
  // Wrong keys and foreign cookies are spooled before the shop can say that they are wrong.
  CHECK(stage.status_of(upload_of(300'000, "Authorization: Bearer wrong\r\n")) == 403);
  CHECK(fs::is_empty(spool));
  CHECK(stage.status_of(upload_of(300'000, "Origin: http://mall.test\r\nCookie: galleria_session=made-up\r\n")) == 403);
  CHECK(fs::is_empty(spool));
}

TEST_CASE("a page of an allowed origin may call the shop, another may not") {
  Stage stage;
  Process server(stage.words({"--allow-origin", "https://shop.example"}));
  REQUIRE(stage.answers());
  const auto enter_from = [&](const std::string& origin) {
    const std::string body = R"({"name":"Ada","shape":1,"tint":3})";
    return stage.status_of("POST /api/session HTTP/1.1\r\nHost: mall.test\r\nOrigin: " + origin +
                           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                           "\r\n\r\n" + body);
  };
  CHECK(enter_from("https://shop.example") == 201);
  CHECK(enter_from("http://mall.test") == 201);
  CHECK(enter_from("https://evil.example") == 403);
}

TEST_CASE("a second server started by mistake leaves the first one's uploads alone") {
  Stage stage;
  Process server(stage.words());
  REQUIRE(stage.answers());
  const std::string part = stage.folder + "/data/spool/7.part";
  std::ofstream(part) << "half an upload";
  CHECK(Process(stage.words({"--udp-port", "1"})).wait(20s) == world::app::kExitFolder);
  CHECK(fs::exists(part));
  server.signal(SIGTERM);
  CHECK(server.wait(10s) == world::app::kExitOk);
  Process again(stage.words());
  REQUIRE(stage.answers());
  CHECK_FALSE(fs::exists(part));  // a server of its own has nobody to wait for it
}

TEST_CASE("a start that cannot be says why by its exit code") {
  Stage stage;
  {
    Process server(stage.words());
    REQUIRE(stage.answers());
    Stage other;
    std::vector<std::string> same_port = other.words();
    same_port[2] = std::to_string(stage.port);
    CHECK(Process(same_port).wait(20s) == world::app::kExitPort);
    CHECK(Process(stage.words({"--udp-port", "1"})).wait(20s) == world::app::kExitFolder);  // one folder, one server
  }
  std::ofstream(stage.folder + "/content/mall/mall.json") << "{}";
  CHECK(Process(stage.words()).wait(20s) == world::app::kExitContent);
  fs::remove(stage.folder + "/content/mall/mall.json");
  CHECK(Process(stage.words()).wait(20s) == world::app::kExitContent);
}
