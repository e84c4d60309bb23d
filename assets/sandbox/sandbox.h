/// The cage of the asset worker. The worker receives its files as open descriptors and needs nothing else from the
/// machine, so the cage is simple: no path can be opened, no socket made, no process or thread started, no code mapped,
/// and no signal sent to others. Two independent locks see to it, and the worker refuses to work unless both closed:
///
///  1. seccomp (man 2 seccomp): an allow-list of system calls. Opening a file answers EACCES, because libraries ask in
///     good faith; anything else that is not on the list ends the process with SIGSYS.
///  2. Landlock (Linux 5.13 and later) with no rule at all: no path and, where the kernel can, no TCP. On a kernel
///     without it, an empty root folder in a user namespace.
///
/// Limits on memory, CPU time and file size are set by the parent before the worker starts (assets/sandbox/process.h).
#pragma once

#include <string>

namespace assets {

/// Closes the cage around the calling process for ever. `empty_folder` becomes the root where Landlock is missing.
/// Empty text on success; otherwise what could not be closed, and the caller must end without reading its input.
[[nodiscard]] std::string enter_sandbox(const std::string& empty_folder);

}  // namespace assets
