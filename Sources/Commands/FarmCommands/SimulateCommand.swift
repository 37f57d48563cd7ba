import ArgumentParser
import Farm
import Glibc
import Lanes
import Packing
import Simulator

/// `drover simulate --phones N`: phones to practise on, in a process of their own.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run simulated phones that any adb client can talk to.",
        discussion: """
            Prints a farm file of the phones once they listen, and runs until it is interrupted or has been up for \
            --for. With --cloud it runs a cloud that rents the phones out: its service for phones, its login, its object \
            store. Faults: \(Fault.spellings.joined(separator: ", ")); each may end in @5%, @3 or @sim-004.
            """
    )

    /// What is kept of the files that phones get.
    enum Keep: String, ExpressibleByArgument, CaseIterable {
        case keep
        case hash
        case size

        var retention: Simulator.ContentStore.Retention {
            switch self {
            case .keep: .keep
            case .hash: .hash
            case .size: .size
            }
        }
    }

    @Option(help: ArgumentHelp("How many phones; 10 when not given.", valueName: "n"))
    var phones: Int?

    @Flag(help: "Run a cloud with servers that carry the phones, and print a farm file of its account.")
    var cloud = false

    @Flag(help: "With --cloud: speak HTTPS, with a certificate made at the start that the farm file trusts.")
    var tls = false

    @Flag(help: "With --cloud: a real sshd for each server, through which ADB reaches its phones.")
    var ssh = false

    @Option(help: ArgumentHelp("With --cloud: how many servers.", valueName: "n"))
    var servers = 2

    @Option(help: ArgumentHelp("With --cloud: how many phones each server carries.", valueName: "n"))
    var phonesPerServer = 5

    @Option(help: ArgumentHelp("With --cloud: how many phones of KooPhone there are beside them.", valueName: "n"))
    var koophones = 0

    @Option(help: ArgumentHelp("With --cloud: how long a job takes: 2s.", valueName: "duration"))
    var jobTime: DurationArgument?

    @Option(help: ArgumentHelp("With --cloud: write here what was asked of it, when it ends.", valueName: "file"))
    var record: String?

    @Option(help: ArgumentHelp("With --cloud: calls a minute that change something; no limit with 0.", valueName: "n"))
    var writesPerMinute = 10

    @Option(help: ArgumentHelp("Android release: 6, 7, 9, 11 or 14 (repeatable; dealt in turn).", valueName: "release"))
    var profile: [String] = []

    @Option(help: ArgumentHelp("A fault, and who shows it: refuse@10% (repeatable).", valueName: "fault"))
    var fault: [String] = []

    @Option(help: ArgumentHelp("The first port; free ones when not given.", valueName: "port"))
    var port: UInt16?

    @Option(help: ArgumentHelp("Write the farm file here instead of standard output.", valueName: "file"))
    var farmFile: String?

    @Option(help: ArgumentHelp("Ask for AUTH and accept the keys in this adbkey.pub.", valueName: "file"))
    var authKey: [String] = []

    @Option(help: ArgumentHelp("Round-trip time to each phone: 5ms.", valueName: "duration"))
    var roundTrip: DurationArgument?

    @Option(help: ArgumentHelp("Bytes per second to and from each phone: 20MB.", valueName: "size"))
    var bandwidth: SizeArgument?

    @Option(help: ArgumentHelp("Room on each phone: 64GiB.", valueName: "size"))
    var capacity: SizeArgument?

    @Option(help: ArgumentHelp("What is kept of files: keep, hash (size and SHA-256), size.", valueName: "what"))
    var keep = Keep.keep

    @Flag(help: "Refuse everything that would change a phone.")
    var readOnly = false

    @Flag(help: "Give the phones zstd, which none has as it comes.")
    var withZstd = false

    @Option(help: ArgumentHelp("The same seed gives the same phones and faults.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(name: .customLong("for"), help: ArgumentHelp("Stop after this long.", valueName: "duration"))
    var lifetime: DurationArgument?

    func run() async throws {
        DescriptorLimit.raise()
        let lanes = try Lane.pool(min(4, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))))
        if cloud { return try await runCloud(lanes) }
        guard !tls, !ssh else { throw CommandFailure("--tls and --ssh are for --cloud") }
        let farm = SimulatedFarm(try options(), lanes: lanes)
        do {
            try await farm.start()
        } catch {
            throw CommandFailure("\(error)")
        }
        try publish(farm.farmFileText)
        await Interrupts.first(within: lifetime?.value)
        await farm.stop()
    }

    private func runCloud(_ lanes: [Lane]) async throws {
        guard phones == nil else {
            throw CommandFailure(
                "--phones is the number without --cloud; a cloud has --servers and --phones-per-server")
        }
        guard (0...10_000).contains(koophones) else { throw CommandFailure("--koophones takes 0 to 10000") }
        guard (1...200).contains(servers), (1...1000).contains(phonesPerServer), servers * phonesPerServer <= 10_000
        else { throw CommandFailure("--servers takes 1 to 200, and all of them together carry up to 10000 phones") }
        var phones = try options()
        phones.basePort = nil
        let extras = CloudSimulation.Extras(tls: tls, ssh: ssh, farmFile: farmFile)
        let simulation = try await CloudSimulation.start(lanes: lanes, extras) { options in
            options.servers = servers
            options.phonesPerServer = phonesPerServer
            options.koophones = koophones
            options.seed = seed
            options.phones = phones
            options.writesPerMinute = writesPerMinute == 0 ? nil : writesPerMinute
            if let jobTime { options.durations = JobDurations(others: jobTime.value) }
        }
        do {
            try publish(simulation.farmFile)
        } catch {
            await simulation.stop()
            throw error
        }
        await Interrupts.first(within: lifetime?.value)
        let text = simulation.record
        await simulation.stop()
        if let record { try Self.write(text, to: record) }
    }

    private func options() throws -> SimulationOptions {
        let phones = phones ?? 10
        guard (1...10_000).contains(phones) else { throw CommandFailure("--phones takes 1 to 10000") }
        var options = SimulationOptions(phones: phones)
        options.profiles = try profile.isEmpty ? [.android14] : profile.map(Self.release)
        options.faults = try fault.map(Self.assignment)
        options.seed = seed
        options.basePort = port
        options.instrumentations = try Simulation.declaredTests()
        options.retention = keep.retention
        // Numbers are enough for who watches from outside, and memory stays flat however long it runs.
        options.detail = .counters
        options.shaping = Shaping(
            roundTrip: roundTrip?.value ?? .zero, bytesPerSecond: bandwidth.map { UInt64($0.value.bytes) })
        options.isReadOnly = readOnly
        if withZstd { options.extraTools = [.zstd] }
        if let capacity { options.capacity = UInt64(capacity.value.bytes) }
        if !authKey.isEmpty { options.authentication = .keys(try authKey.map(PublicKeyFile.read)) }
        return options
    }

    private static func release(_ name: String) throws -> Profile {
        guard let profile = Profile(named: name) else {
            throw CommandFailure(
                "there is no profile `\(name)`; there are \(Profile.all.map(\.name).joined(separator: ", "))")
        }
        return profile
    }

    private static func assignment(_ text: String) throws -> FaultAssignment {
        guard let assignment = FaultAssignment(text) else {
            throw CommandFailure("`\(text)` is no fault; there are \(Fault.spellings.joined(separator: ", "))")
        }
        return assignment
    }

    private func publish(_ text: String) throws {
        guard let farmFile else { return Terminal.output.write(text) }
        try Self.write(text, to: farmFile)
    }

    /// Whole or not at all: whoever waits for the file must not read half of it.
    private static func write(_ text: String, to path: String) throws(CommandFailure) {
        do throws(SystemError) {
            try AtomicFile.write(text, to: path)
        } catch {
            throw CommandFailure("cannot write \(path): \(error.reason)")
        }
    }
}
