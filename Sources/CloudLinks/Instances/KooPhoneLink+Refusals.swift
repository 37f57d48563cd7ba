import Farm
import Lanes

/// What KooPhone has no way to do.
extension KooPhoneLink {
    func unsupported(_ operation: String, _ advice: String) -> ServiceError {
        ServiceError(
            "unsupported", operation: operation, reason: "the service of KooPhone has no way to do it", advice: advice)
    }

    private static let noFiles = "files reach phones of KooPhone only inside apps, or by a line that downloads them"
    private static let console = "do it in the console of KooPhone"

    func has(_ delivery: BatchedDelivery) async throws -> Bool? { nil }

    func deliver(_ delivery: BatchedDelivery) async throws {
        throw unsupported("push \(delivery.files.count == 1 ? delivery.files[0].path.path : "files")", Self.noFiles)
    }

    func push(_ files: [FileToPush], progress: ProgressMeter) async throws -> [PushRefusal] {
        throw unsupported("push \(files.count == 1 ? files[0].path.path : "files")", Self.noFiles)
    }

    func copy(of paths: [RemotePath], progress: ProgressMeter) async throws -> (any ConnectedTarget)? {
        throw unsupported(
            "pull \(paths.map(\.path).joined(separator: ", "))", "read what is short with `shell: cat PATH`")
    }

    func pull(_ path: RemotePath, into sink: any PullSink, progress: ProgressMeter) async throws -> PullOutcome {
        throw unsupported("pull \(path)", "read what is short with `shell: cat \(path)`")
    }

    func export(_ paths: [RemotePath], excluding: [RemotePath], as name: String) async throws -> String {
        throw unsupported(
            "export files", "`drover cloud BatchBackupInstances` has KooPhone back up the whole phone")
    }

    func restore(_ name: String) async throws {
        throw unsupported(
            "import \(name)", "`drover cloud BatchPrepareInstances` has KooPhone restore the whole phone")
    }

    func name() async throws -> String {
        throw unsupported("ask for the name", "`drover phones` shows it")
    }

    func rename(to name: String) async throws { throw unsupported("rename the phone to \(name)", Self.console) }

    func set(_ properties: [String: String], own: [String: String]) async throws {
        throw unsupported("set properties", "use `property`, or `shell: setprop NAME VALUE`")
    }

    func feed(
        _ line: String, input: [SharedSlice], outputLimit: Int, progress: ProgressMeter
    ) async throws -> CommandResult {
        throw unsupported("feed a command", Self.noFiles)
    }

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int? {
        throw unsupported("follow `\(line)`", "ask for a result with `shell`")
    }

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        throw unsupported("look at files", "use `shell: ls -l PATH`")
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        throw unsupported("list \(folder)", "use `shell: ls \(folder)`")
    }

    func reboot(into mode: String?) async throws { throw unsupported("reboot", "use `power: restart`") }

    func close() async {}
}
