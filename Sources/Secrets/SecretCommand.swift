import Glibc

/// Runs a command that prints a secret.
struct SecretCommand {
    let line: String
    /// Seconds.
    let limit: Int

    func run(_ name: String, _ environment: [String: String]) throws(SecretError) -> [UInt8] {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw SecretError("the command of the secret `\(name)` could not be run: \(SecretFile.reason(errno))")
        }
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let process = start(writing: writing, environment)
        close(writing)
        guard let process else {
            throw SecretError("the command of the secret `\(name)` could not be run: \(SecretFile.reason(errno))")
        }
        let output = gather(from: reading)
        // It may wait for a reader that will not come, or for nothing at all.
        if !(output?.isWhole ?? false) { kill(process, SIGKILL) }
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        switch output {
        case .some(.tooLong): throw SecretError("the command of the secret `\(name)` printed more than 64 KiB")
        case .none: throw SecretError("the command of the secret `\(name)` took longer than \(limit) s", help: cure)
        case .some(.whole(let bytes)):
            guard status == 0 else {
                let exit = status & 0x7F == 0 ? "with exit code \(status >> 8 & 0xFF)" : "by signal \(status & 0x7F)"
                throw SecretError("the command of the secret `\(name)` ended \(exit)", help: cure)
            }
            return bytes
        }
    }

    private var cure: String { "try it in a shell: \(line)" }

    /// Standard input is empty: a command that asks for a password must use the terminal itself.
    private func start(writing: CInt, _ environment: [String: String]) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, writing, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // It stays in our process group, so that it may ask on the terminal; a signal that we ignore it must not.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", line].map { (word: String) in strdup(word) }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in words + variables { free(pointer) } }
        words.append(nil)
        variables.append(nil)
        var process: pid_t = 0
        let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, words, variables)
        guard code == 0 else {
            errno = code
            return nil
        }
        return process
    }

    private enum Output {
        case whole([UInt8])
        case tooLong

        var isWhole: Bool {
            guard case .whole = self else { return false }
            return true
        }
    }

    /// What the command prints; nil when it takes too long.
    private func gather(from descriptor: CInt) -> Output? {
        let end = Self.now() + Int64(limit) * 1000
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let rest = end - Self.now()
            guard rest > 0 else { return nil }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, CInt(clamping: rest))
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return nil }
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return .whole(bytes) }
            bytes += buffer[..<count]
            guard bytes.count <= Secret.maximumLength + 2 else { return .tooLong }
        }
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
