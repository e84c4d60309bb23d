/// What galleria-server's exit code says to whoever started it.
#pragma once

namespace world::app {

constexpr int kExitOk = 0;
constexpr int kExitUsage = 2;
constexpr int kExitFolder = 3;   ///< the data folder cannot be written, or another server uses it
constexpr int kExitPort = 4;     ///< a port is taken, or the certificate cannot be read
constexpr int kExitContent = 5;  ///< mall.json is missing or wrong
constexpr int kExitShop = 6;     ///< the shop's database cannot be opened

}  // namespace world::app
