import ADB
import CloudLinks
import Custody
import Farm
import Glibc
import HostLinks
import Lanes
import Payloads
import Packing
import PhoneLinks
import Planning
import PlaybookLanguage
import SourceText
import Steps
import Tunnels

/// What every command that reaches phones stands on: the farm, lanes, keys, payloads.
///
/// Made once, and lent in a scope.
struct FarmSession: Sendable {
    let inventory: Inventory
    /// The farm file, as it was read.
    let farmFile: SourceFile
    /// The secrets that it declares.
    let secrets: [SecretDeclaration]
    let lanes: [Lane]
    /// The connections to hosts that phones are behind.
    let tunnels: TunnelPool
    let dialer: PhoneDialer
    let payloads: PayloadStore
    /// What is remembered of phones between runs.
    let memory: FilePhoneMemory
    /// The phones that fail again and again; nil for simulated ones, of which nothing is remembered.
    let quarantine: QuarantineBook?
    let environment: [String: String]
    /// How many files this process may have open.
    let descriptors: Int
    /// Makes links to encoders.
    let hosts: any HostDialing
    /// Looks at the ways to hosts.
    let checkup: HostCheckup
    /// The accounts at clouds.
    let clouds: CloudAccounts

    /// Opens the farm that the options name and lends it; simulated phones are stopped on every way out.
    ///
    /// - Parameter frozen: The farm file as an earlier run knew it; the options' own when nil.
    static func with(
        _ options: FarmOptions, frozen: SourceFile? = nil, _ body: (FarmSession) async throws -> Void
    ) async throws {
        let environment = ProcessEnvironment.all
        let descriptors = DescriptorLimit.raise()
        let lanes: [Lane]
        do {
            lanes = try Lane.pool(min(4, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN)))))
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        let simulation = try await Simulation.start(options.simulate, lanes: lanes)
        do {
            let farmFile = try frozen ?? farmFile(options, environment, simulation)
            let quarantine = farmFile.name == Self.simulated ? nil : QuarantineBook(environment: environment)
            let (inventory, secrets) = try contents(of: farmFile)
            let logins = Self.logins(environment, secrets: secrets)
            let ssh = SSHDialer(logins)
            let tunnels = TunnelPool(ssh)
            let clouds = Self.clouds(inventory, environment, secrets: secrets, on: lanes[0])
            let session = FarmSession(
                inventory: inventory.adding(health: health(quarantine)), farmFile: farmFile, secrets: secrets,
                lanes: lanes, tunnels: tunnels,
                dialer: PhoneDialer(keys: keyRing(options, environment), tunnels: tunnels, clouds: clouds),
                payloads: PayloadStore(
                    store: ContentStore.usualPath(environment).map { ContentStore(at: $0) },
                    hashMemory: PackMemory.usualFolder(environment)),
                memory: FilePhoneMemory(folder: memoryFolder(environment)),
                quarantine: quarantine, environment: environment, descriptors: descriptors,
                hosts: HostDialer(ssh, tunnels: tunnels), checkup: HostCheckup(logins), clouds: clouds)
            do {
                try await body(session)
                await clouds.finish()
                await tunnels.close()
            } catch {
                await clouds.finish()
                await tunnels.close()
                throw error
            }
            await simulation?.stop()
        } catch {
            await simulation?.stop()
            throw error
        }
    }

    /// What the farm file of simulated phones is called.
    private static let simulated = "simulated farm"

    /// Whether nobody else can reach these phones, and nobody will meet them again.
    var isSimulated: Bool { quarantine == nil }

    /// Who is quarantined; a book that cannot be read is no reason to do nothing.
    private static func health(_ book: QuarantineBook?) -> PhoneHealth {
        do throws(CustodyError) {
            return PhoneHealth(quarantined: try book?.names() ?? [])
        } catch {
            Terminal.error.line("warning: \(error); nobody counts as quarantined")
            return PhoneHealth()
        }
    }

    /// `$XDG_STATE_HOME/drover/phones`, else `~/.local/state/drover/phones`.
    private static func memoryFolder(_ environment: [String: String]) -> String {
        if let state = environment["XDG_STATE_HOME"], !state.isEmpty { return "\(state)/drover/phones" }
        return "\(environment["HOME"] ?? ".")/.local/state/drover/phones"
    }

    /// A planner over this farm, or over what it became after discovery.
    func planner(forks: Int?, seed: UInt64, inventory: Inventory) -> Planner {
        Planner(inventory: inventory, payloads: payloads, forks: forks, seed: seed)
    }

    /// A survey over this farm's lanes.
    var survey: PhoneSurvey { PhoneSurvey(dialer: dialer, lanes: lanes, width: min(256, max(16, descriptors / 4))) }

    // MARK: The farm file

    private static func farmFile(
        _ options: FarmOptions, _ environment: [String: String], _ simulation: Simulation?
    ) throws -> SourceFile {
        if let simulation { return SourceFile(name: simulated, text: simulation.farmFile) }
        return try readSource(try farmPath(options.farm, environment), as: "farm file")
    }

    /// The accounts of a farm, for commands that reach no phone.
    ///
    /// - Parameter farm: The farm file; the usual one when nil.
    static func accounts(of farm: String?, on lane: Lane) throws -> CloudAccounts {
        let environment = ProcessEnvironment.all
        let file = try readSource(try farmPath(farm, environment), as: "farm file")
        let (inventory, secrets) = try contents(of: file)
        return clouds(inventory, environment, secrets: secrets, on: lane)
    }

    private static func contents(of file: SourceFile) throws -> (Inventory, [SecretDeclaration]) {
        var diagnostics = Diagnostics()
        let contents = FarmFile.contents(of: file, &diagnostics)
        try diagnostics.stopIfWrong()
        guard let inventory = contents.inventory else {
            throw CommandFailure("the farm file \(file.name) could not be read")
        }
        return (inventory, contents.secrets)
    }

    private static func farmPath(_ farm: String?, _ environment: [String: String]) throws -> String {
        if let farm { return farm }
        if let farm = environment["DROVER_FARM"], !farm.isEmpty { return farm }
        guard access("farm.yml", F_OK) == 0 else {
            throw CommandFailure(
                "which farm? give --farm FILE, set DROVER_FARM, put a farm.yml here, or try --simulate 10")
        }
        return "farm.yml"
    }

    /// The keys that are offered to phones: those of the options first.
    static func keyRing(_ options: FarmOptions, _ environment: [String: String]) -> KeyRing {
        let usual = KeySearch(environment: environment)
        return KeySearch(vendorPaths: options.keys + usual.vendorPaths, userPath: usual.userPath).load()
    }
}
