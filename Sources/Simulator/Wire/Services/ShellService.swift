import ADBWire

/// `shell:`, `shell,v2:`, `exec:`, `abb:` and `abb_exec:`: a command and its streams.
final class ShellService: DeviceService {
    /// What is to run.
    enum Work {
        /// A line for the shell.
        case line([UInt8])
        /// A call of `cmd` whose words are not looked at by any shell.
        case words([String])
    }

    private let stream: DeviceStream
    private let connection: HostConnection
    private let work: Work
    private let isVersion2: Bool
    /// Up to Android 6 a terminal stands between, which makes `\r\n` of `\n`.
    private let addsReturns: Bool
    private let input = ShellInput()
    private var parser = ShellPacketParser()
    private var process: ShellProcess?

    init(
        _ stream: DeviceStream, _ connection: HostConnection, _ work: Work, protocolVersion: Int,
        onTerminal: Bool = false
    ) {
        self.stream = stream
        self.connection = connection
        self.work = work
        isVersion2 = protocolVersion == 2
        addsReturns = onTerminal && connection.core.profile.quirks.contains(.terminalShell)
    }

    func start() {
        let device = connection.core.device
        device.record.count { $0.commands += 1 }
        let process = ShellProcess(device) { [weak self] in self?.ended($0) }
        self.process = process
        input.wasTaken = { [weak stream] in stream?.inputWasTaken() }
        let streams = ShellStreams(input: input, output: output(.stdout), errors: output(.stderr))
        switch work {
        case .line(let line):
            guard !line.isEmpty else { return startInteractively(process, streams) }
            let text = String(decoding: line, as: UTF8.self)
            device.record.note { $0.shellLines.append(Self.withoutMark(text)) }
            device.begin(process.pid, ["/system/bin/sh", "-c", text]) { [weak process] in process?.receive($0) }
            process.start(line: line, streams)
        case .words(let words):
            device.record.note { $0.shellLines.append(words.joined(separator: " ")) }
            process.call("cmd", words, streams) { process.exit($0) }
        }
    }

    /// Without a command the shell reads its lines from the host.
    private func startInteractively(_ process: ShellProcess, _ streams: ShellStreams) {
        process.call("sh", [], streams) { process.exit($0) }
    }

    private func output(_ kind: ShellPacket) -> ShellOutput {
        let stream = stream
        guard isVersion2 else {
            let addsReturns = addsReturns
            return ShellOutput { bytes in stream.write(addsReturns ? Self.withReturns(bytes) : bytes) }
        }
        return ShellOutput { bytes in stream.write { kind.append(bytes, to: &$0) } }
    }

    private static func withReturns(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
    }

    /// The line as it was meant, without what drover puts in front of it to find its processes again.
    private static func withoutMark(_ line: String) -> String {
        guard line.hasPrefix("export DROVER_COMMAND="), let end = line.firstRange(of: "; ") else { return line }
        return String(line[end.upperBound...])
    }

    private func ended(_ status: Int32) {
        forget()
        connection.core.device.recordFiles()
        if isVersion2 {
            if connection.fault == .exitLost {
                connection.note("lost an exit status")
            } else {
                stream.write { ShellPacket.exit.append([UInt8(truncatingIfNeeded: status)], to: &$0) }
            }
        }
        stream.finish()
    }

    // MARK: From the host

    var backlog: Int { input.backlog }

    func receive(_ bytes: UnsafeRawBufferPointer) {
        guard isVersion2 else { return feed(bytes) }
        var rest = bytes
        do throws(WireError) {
            while let event = try parser.next(&rest) {
                guard case .data(let kind, let slice, _) = event else { continue }
                switch kind {
                case .stdin: feed(slice)
                case .closeStdin: input.end()
                case .stdout, .stderr, .exit, .windowSize: break
                }
            }
        } catch {
            // adbd ends a command whose packets make no sense.
            process?.stop()
            stream.finish()
        }
    }

    private func feed(_ bytes: UnsafeRawBufferPointer) {
        if !input.isCountedByReader { connection.core.record.count { $0.payloadBytes += UInt64(bytes.count) } }
        input.feed(bytes)
    }

    func hostClosed() {
        process?.stop()
        input.stopReading()
        connection.core.device.recordFiles()
        forget()
    }

    private func forget() {
        if let process { connection.core.device.forget(process.pid) }
        process = nil
    }
}
