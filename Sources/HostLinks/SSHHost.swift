import Farm
import Lanes
import SSH

/// An encoder over an SSH connection of its own: commands in channels, files over SFTP, streams to its ports.
final class SSHHost: ConnectedHost {
    let id: TargetID
    let lane: Lane
    let facts: [String: String]
    let name: String
    private let connection: SSHConnection
    private let files: HostFiles

    /// Takes a connection over, which ends with the host.
    init(_ encoder: Encoder, _ connection: SSHConnection, wayIn: String) {
        id = TargetID(kind: .encoder, name: encoder.name)
        name = encoder.name
        lane = connection.lane
        facts = ["way-in": wayIn]
        self.connection = connection
        files = HostFiles(connection)
    }

    var abandoned: [String] { lane.isCurrent ? connection.abandoned : [] }

    func close() async {
        files.close()
        connection.close()
    }

    // MARK: Commands

    func run(_ line: String, input: [UInt8], outputLimit: Int) async throws -> CommandResult {
        let command = SSHCommand(
            line, input: input.isEmpty ? [] : [SharedSlice(SharedBytes(input))], outputLimit: outputLimit)
        return CommandResult(try await sending("run a command") { try await connection.run(command) })
    }

    func follow(_ line: String, take: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool) async throws -> Int? {
        try await sending("run a command") { try await connection.run(SSHCommand(line), take: take) }.exit
    }

    // MARK: Files

    func status(of paths: [RemotePath]) async throws -> [RemoteFile?] {
        try await sending("look at files") { try await files.status(of: paths) }
    }

    func list(_ folder: RemotePath) async throws -> [RemoteEntry] {
        try await sending("list \(folder)") { try await files.list(folder) }
    }

    func pull(
        _ path: RemotePath, into sink: any PullSink, progress: ProgressMeter
    ) async throws -> PullOutcome {
        try await sending("download \(path)") { try await files.read(path, into: sink, progress: progress) }
    }

    func pull(_ list: [FileToPull], progress: ProgressMeter) async throws {
        try await sending("download files") { try await files.read(list, progress: progress) }
    }

    func upload(_ list: [FileToPush], resumes: Bool, progress: ProgressMeter) async throws -> UploadReceipt {
        try await sending("upload files") { try await files.write(list, resumes: resumes, progress: progress) }
    }

    // MARK: Connections from the host

    func reaches(_ address: Address) async throws -> Bool {
        try await exchange([], with: address, limit: 0) != nil
    }

    func exchange(_ request: [UInt8], with address: Address, limit: Int) async throws -> [UInt8]? {
        try await sending("connect to \(address)") {
            let exchange = HostExchange(request, limit: limit)
            return try await exchange.made(through: connection, with: address)
        }
    }

    // MARK: Failures

    /// Tells the failure of the connection as the run knows failures.
    private func sending<Value>(_ operation: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SSHError {
            throw PhoneError(using: error, of: name)
        } catch let error as SFTPError {
            // A channel that broke because the connection did is told by the connection.
            throw PhoneError(using: connection.failure ?? SSHError(error), of: name)
        }
    }
}

extension CommandResult {
    /// What a command on a host answered; the signal that ended it is its last word, as shells tell it.
    init(_ result: SSHCommandResult) {
        var error = result.error
        if let signal = result.signal { error += Array("ended by the signal \(signal.prefix(20))\n".utf8) }
        let source: ExitSource = result.isEndless ? .endless : result.exit == nil ? .absent : .protocolPacket
        self.init(
            exit: result.exit, exitSource: source, output: result.output, error: error,
            isTruncated: result.isTruncated)
    }
}

extension SSHError {
    /// A failure of SFTP as a failure of what carries it.
    init(_ error: SFTPError) {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .noSFTP, .unsupported: .channelRefused
            default: .lost
            }
        self.init(code, error.operation, error.reason, advice: error.advice)
    }
}

extension PhoneError {
    /// A host that failed while it was used.
    init(using error: SSHError, of host: String) {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .channelRefused, .forwardRefused, .unavailable: .unsupported
            default: .lost
            }
        self.init(
            code, operation: error.operation, reason: error.reason, advice: error.advice,
            mayHaveBeenSent: error.code != .channelRefused && error.code != .forwardRefused)
    }
}
