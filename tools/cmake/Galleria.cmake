# Flags that every target of ours carries, and the few functions that declare them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(galleria_flags INTERFACE)
# -ffp-contract=off: the movement rule must give the same bits in GCC, clang and WebAssembly; a fused multiply-add would not.
target_compile_options(galleria_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of these three inside libstdc++'s own headers once the sanitizers are on.
  target_compile_options(galleria_flags INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow)
  # Files compiled together look like headers to it, where a private type inside a named one would be a mistake.
  target_compile_options(galleria_flags INTERFACE $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-subobject-linkage>)
endif()
if(GALLERIA_SANITIZE)
  target_compile_options(galleria_flags INTERFACE -fsanitize=${GALLERIA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(galleria_flags INTERFACE -fsanitize=${GALLERIA_SANITIZE})
endif()

# galleria_library(<target> SOURCES ... [PUBLIC libs...] [PRIVATE libs...])
# Headers are included from the project's root: #include "shop/store.h".
function(galleria_library target)
  cmake_parse_arguments(A "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${target} STATIC ${A_SOURCES})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${A_PUBLIC} PRIVATE galleria_flags ${A_PRIVATE})
endfunction()

# galleria_program(<target> SOURCES ... LIBS ...): a program; it lands in bin/ of the build folder.
function(galleria_program target)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${target} ${A_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE galleria_flags ${A_LIBS} Threads::Threads)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# galleria_test(<target> SOURCES ... LIBS ...): Catch2 tests, one ctest entry per test case.
function(galleria_test target)
  cmake_parse_arguments(A "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${target} ${A_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE galleria_flags catch_main ${A_LIBS} Threads::Threads)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  catch_discover_tests(${target} TEST_PREFIX "${target}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT 300 ENVIRONMENT "GALLERIA_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()
