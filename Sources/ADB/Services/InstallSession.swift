import ADBWire
import Lanes

extension ADBConnection {
    /// Installs a base and its splits together: create, write each, commit; abandon when anything fails.
    func installSplits(
        _ parts: [AppPart], _ flags: [String], by way: InstallWay, _ meter: ProgressMeter?
    ) async throws -> InstallReply {
        let command = PackageCommand(way, self)
        let total = parts.reduce(0) { $0 + $1.bytes.count }
        let created = try await askPackages(command.sessionService(["install-create"] + flags + ["-S", "\(total)"]))
        guard let session = created.session else { return created }
        do {
            var reply = try await write(parts, session: session, command, meter)
            if case .success = reply {
                reply = try await askPackages(command.sessionService(["install-commit", "\(session)"]))
                if case .success = reply { return reply }
            }
            await abandon(session, command)
            return reply
        } catch {
            await abandon(session, command)
            throw error
        }
    }

    /// Writes the parts one after another; the first reply that is no success is the last.
    private func write(
        _ parts: [AppPart], session: Int, _ command: PackageCommand, _ meter: ProgressMeter?
    ) async throws -> InstallReply {
        var reply = InstallReply.empty
        for part in parts {
            let words = ["install-write", "-S", "\(part.bytes.count)", "\(session)", part.name, "-"]
            reply = try await stream(part.bytes, to: command.sessionService(words), meter)
            guard case .success = reply else { return reply }
        }
        return reply
    }

    private func askPackages(_ service: String) async throws -> InstallReply {
        let operation = "install on \(name)"
        let answer = try await ask(service, operation: operation, limit: 65536, within: limits.openPackage)
        let reply = InstallReply(parsing: String(decoding: answer.bytes, as: UTF8.self))
        if reply == .empty, let failure = await explainEarlyEnd(operation) { throw failure }
        return reply
    }

    /// Leftover sessions take space until they expire; that this one could not be removed changes nothing else.
    private func abandon(_ session: Int, _ command: PackageCommand) async {
        guard failure == nil else { return }
        _ = try? await askPackages(command.sessionService(["install-abandon", "\(session)"]))
    }
}
