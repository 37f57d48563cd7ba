import Glibc

/// A program that runs below this one.
struct ChildProcess: Sendable {
    let id: pid_t

    /// Starts a program; nil when it cannot be started.
    ///
    /// - Parameters:
    ///   - words: The path of the program, and its arguments.
    ///   - input: What it reads as its standard input; nil for nothing.
    ///   - log: The file that takes what it says; nil for nowhere.
    init?(_ words: [String], input: CInt?, log: String?) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 1, log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that Ctrl-C on the terminal ends this program first; and no signal that we ignore.
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // The threads of queues block signals that a shell waits for.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) }
        var variables: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin")]
        defer { for pointer in arguments + variables { free(pointer) } }
        arguments.append(nil)
        variables.append(nil)
        var process: pid_t = 0
        guard posix_spawn(&process, words[0], &actions, &attributes, arguments, variables) == 0 else { return nil }
        id = process
    }

    /// The exit code, or the number of the signal; nil while it runs.
    func end() -> CInt? {
        var status: CInt = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        return Self.code(status)
    }

    /// Waits for the end of a program that takes a moment.
    func waitForEnd() -> CInt {
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0 { guard errno == EINTR else { return -1 } }
        return Self.code(status)
    }

    private static func code(_ status: CInt) -> CInt { status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F }
}
