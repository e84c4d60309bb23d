// galleria-bake SCENE OUT [RAYS_ROOT]: writes four floats per sample, irradiance RGB and the share of rays that started
// behind a face. Progress goes to the error stream. The result does not depend on the number of threads.

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tools/mall/bake/bvh.h"
#include "tools/mall/bake/scene.h"
#include "tools/mall/bake/tracer.h"

namespace {

constexpr size_t kBlockSamples = 256;
constexpr int kRaysRootDefault = 6;
constexpr int kRaysRootMax = 64;
constexpr size_t kProgressStep_percent = 10;

/// A thread takes blocks of samples until none are left.
void work(const bake::Tracer& tracer, const bake::Scene& scene, int rays_root, std::atomic<size_t>& next,
          std::vector<float>& out) {
  for (;;) {
    const size_t first = next.fetch_add(kBlockSamples);
    if (first >= scene.samples.size()) return;
    const size_t end = std::min(first + kBlockSamples, scene.samples.size());
    for (size_t i = first; i < end; ++i) {
      const bake::Irradiance e = tracer.irradiance(scene.samples[i], static_cast<uint32_t>(i), rays_root);
      out[4 * i] = e.light.x;
      out[4 * i + 1] = e.light.y;
      out[4 * i + 2] = e.light.z;
      out[4 * i + 3] = e.back_share;
    }
  }
}

std::vector<float> bake_all(const bake::Scene& scene, int rays_root) {
  const bake::Bvh bvh(scene.triangles);
  std::fprintf(stderr, "light: %zu triangles, %zu nodes, %zu lamps, %zu samples\n", scene.triangles.size(),
               bvh.node_count(), scene.lamps.size(), scene.samples.size());
  const bake::Tracer tracer(scene, bvh);
  std::vector<float> out(scene.samples.size() * 4);
  std::atomic<size_t> next{0};
  std::vector<std::thread> threads;
  for (unsigned k = 0; k < std::max(1U, std::thread::hardware_concurrency()); ++k) {
    threads.emplace_back([&] { work(tracer, scene, rays_root, next, out); });
  }
  size_t told_percent = 0;
  while (next < scene.samples.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    const size_t done_percent = std::min(next.load(), scene.samples.size()) * 100 / scene.samples.size();
    if (done_percent < told_percent + kProgressStep_percent) continue;
    told_percent = done_percent;
    std::fprintf(stderr, "light: %zu %%\n", done_percent);
  }
  for (std::thread& thread : threads) thread.join();
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 4) {
    std::fprintf(stderr, "usage: galleria-bake SCENE OUT [RAYS_ROOT]\n");
    return 2;
  }
  try {
    const long rays_root = argc > 3 ? std::strtol(argv[3], nullptr, 10) : kRaysRootDefault;
    if (rays_root < 1 || rays_root > kRaysRootMax) throw std::runtime_error("RAYS_ROOT must be 1 to 64");
    const bake::Scene scene = bake::read_scene(argv[1]);
    const std::vector<float> light = bake_all(scene, static_cast<int>(rays_root));
    std::ofstream file(argv[2], std::ios::binary);
    file.write(reinterpret_cast<const char*>(light.data()), static_cast<std::streamsize>(light.size() * sizeof(float)));
    file.close();
    if (!file) throw std::runtime_error(std::string("cannot write ") + argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "galleria-bake: %s\n", error.what());
    return 1;
  }
  return 0;
}
