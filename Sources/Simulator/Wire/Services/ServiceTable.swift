/// Which service a name asks for.
enum ServiceTable {
    /// The service; nil when the phone knows none of that name, and refuses.
    static func service(for name: [UInt8], _ stream: DeviceStream, _ connection: HostConnection) -> (any DeviceService)?
    {
        let core = connection.core
        guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let word = String(decoding: name[..<colon], as: UTF8.self)
        let rest = Array(name[colon...].dropFirst())
        let text = String(decoding: rest, as: UTF8.self)
        switch word {
        case "sync": return SyncService(stream, connection)
        case "shell":
            return ShellService(stream, connection, .line(rest), protocolVersion: 1, onTerminal: true)
        case "exec" where core.profile.sdk >= 21:
            return ShellService(stream, connection, .line(rest), protocolVersion: 1)
        case "abb" where core.profile.offers("abb"):
            return ShellService(stream, connection, .words(words(rest)), protocolVersion: 2)
        case "abb_exec" where core.profile.offers("abb_exec"):
            return ShellService(stream, connection, .words(words(rest)), protocolVersion: 1)
        case "reboot": return TextService(stream) { core.device.requestReboot(text) }
        case "sink": return SinkService(stream, core.record, count: UInt64(text))
        case "source": return SourceService(stream, count: UInt64(text) ?? .max)
        case "root": return TextService(stream, "adbd cannot run as root in production builds\n")
        case "unroot": return TextService(stream, "adbd not running as root\n")
        default:
            guard word.hasPrefix("shell,"), core.profile.offers("shell_v2") else { return nil }
            let isNew = word.split(separator: ",").contains("v2")
            return ShellService(stream, connection, .line(rest), protocolVersion: isNew ? 2 : 1, onTerminal: !isNew)
        }
    }

    private static func words(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }
}
