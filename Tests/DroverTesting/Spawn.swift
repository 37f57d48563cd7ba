public import Foundation
import Glibc

/// Starts a program that inherits nothing but its input and outputs, and whose signals are as in a fresh shell.
///
/// - Parameters:
///   - words: The program's path and its arguments.
///   - input: What it reads; nil for nothing.
/// - Throws: `POSIXError`.
public func spawn(
    _ words: [String], _ variables: [String: String], input: CInt? = nil, output: CInt, error: CInt
) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, error, 2)
    // What other tests have open at this moment is nobody's business there: a program that lives on would hide the end of
    // their pipes, and mksh gives up when its first free number is beyond 127.
    // Other tests open more meanwhile, next to these.
    let open = RepositoryFile.names(in: "/proc/self/fd").compactMap { CInt($0) }
    for number in 3..<max(256, (open.max() ?? 0) + 64) { posix_spawn_file_actions_addclose(&actions, number) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of Dispatch hold signals back, and programs inherit that.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // And so they do with signals that are ignored here.
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &pipe)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var arguments = words.map { strdup($0) } + [nil]
    var environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var id: pid_t = 0
    let failure = posix_spawn(&id, words[0], &actions, &attributes, &arguments, &environment)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOENT) }
    return id
}

/// Waits on this thread until a program has ended, so that nothing is left of it.
///
/// - Returns: How it ended, as `waitpid` tells it: 0 for success.
@discardableResult
public func reap(_ id: pid_t) -> CInt {
    var status: CInt = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    return status
}

/// Waits for the end of a program that was started by ``spawn(_:_:input:output:error:)``.
///
/// On a thread of its own, as nothing else hears of every end for sure.
///
/// - Returns: Its exit code, or the number of the signal that ended it.
public func exitCode(of id: pid_t) async -> CInt {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread {
            let status = reap(id)
            let signal = status & 0x7f
            continuation.resume(returning: signal == 0 ? status >> 8 & 0xff : signal)
        }
    }
}
