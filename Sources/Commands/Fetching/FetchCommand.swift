import ArgumentParser
import CloudPhone
import Crypto
import Curl
import Farm
import Fetching
import Glibc
import Lanes
import ObjectStorage
import Payloads
import Reports

/// A file that is to be fetched.
private struct WantedFile: Sendable {
    let source: FetchSource
    let path: String
    /// Its size, where a list told it.
    var byteCount: Int64?

    /// The last part of the path.
    var name: String { path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path }
}

/// `drover fetch URL...`: files from web servers.
struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch files over https or from buckets, resumed where they stopped and checked by their hash.",
        discussion: """
            Prints a line for each file, as sha256sum does. A file that is there with the right checksum is not asked \
            for; without a checksum the server is asked whether there is something newer. What comes is kept in \
            .FILE.part until it is whole, and the next fetch goes on from there. http:// needs --sha256. \
            obs://BUCKET/KEY is an object, and with / at its end a folder of objects, as an account of the farm file may \
            read it. Proxies and certificates are found by http_proxy, https_proxy, no_proxy, SSL_CERT_FILE and \
            CURL_CA_BUNDLE.
            """
    )

    @Argument(help: ArgumentHelp("The addresses.", valueName: "url"))
    var addresses: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("The file to write, for one address; by default the name in the address.", valueName: "file")
    )
    var output: String?

    @Option(help: ArgumentHelp("The folder to write into; by default the one you are in.", valueName: "folder"))
    var into: String?

    @Option(help: ArgumentHelp("What the file must hash to, for one address.", valueName: "hex"))
    var sha256: String?

    @Option(
        help: ArgumentHelp("For obs://: the farm file; DROVER_FARM or ./farm.yml when not given.", valueName: "file"))
    var farm: String?

    @Option(
        help: ArgumentHelp("For obs://: the account that is asked; by default the bucket's own.", valueName: "name"))
    var account: String?

    @Flag(name: [.short, .long], help: "Show no progress on the terminal.")
    var quiet = false

    func run() async throws {
        let lane: Lane
        let fetcher: Fetcher
        do {
            lane = try Lane(name: "fetch")
            fetcher = Fetcher(try HTTPClient(on: lane))
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        let wanted = try await sources(on: lane)
        for file in wanted { try makeFolders(of: file.path) }
        let tally = FetchTally()
        let gauged = wanted.map { ($0, tally.gauge(foreseen: $0.byteCount)) }
        let work = Task { await Self.fetch(gauged, with: fetcher) }
        let screen = FetchScreen(tally, name: wanted.count == 1 ? wanted[0].name : nil, isQuiet: quiet)
        let interrupts = Interrupts { count in
            work.cancel()
            guard count > 1 else { return }
            screen.finish()
            _exit(130)
        }
        let outcomes = await work.value
        withExtendedLifetime(interrupts) {}
        screen.finish()
        try tell(outcomes, wasStopped: work.isCancelled)
    }

    private typealias Outcome = Result<FetchedFile, any Error>

    /// Fetches all at once; what comes of each, in their order.
    private static func fetch(_ wanted: [(WantedFile, FetchGauge)], with fetcher: Fetcher) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            for (number, (file, gauge)) in wanted.enumerated() {
                group.addTask(executorPreference: fetcher.lane) {
                    do {
                        return (number, .success(try await fetcher.fetch(file.source, to: file.path, gauge: gauge)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func tell(_ outcomes: [Outcome], wasStopped: Bool) throws {
        var hasFailed = false
        for outcome in outcomes {
            switch outcome {
            case .success(let file): Terminal.output.line("\(file.sha256)  \(file.path)")
            case .failure(is CancellationError): break
            case .failure(let error):
                Terminal.error.line("error: \(error)")
                hasFailed = true
            }
        }
        if wasStopped { throw RunEnded(code: 130) }
        if hasFailed { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
    }

    /// What to fetch and where to.
    private func sources(on lane: Lane) async throws -> [WantedFile] {
        guard addresses.count == 1 || output == nil && sha256 == nil else {
            throw CommandFailure("--output and --sha256 are for one address; there are \(addresses.count)")
        }
        guard output == nil || into == nil else { throw CommandFailure("say either --output or --into, not both") }
        let digest = try sha256.map(SHA256Digest.init(word:))
        let places = try addresses.map(FetchAddress.init)
        guard farm == nil && account == nil || places.contains(where: \.isObject) else {
            throw CommandFailure("--farm and --account are for obs:// addresses")
        }
        let objects =
            places.contains(where: \.isObject)
            ? FarmObjects(clouds: try FarmSession.accounts(of: farm, on: lane)) : nil
        var wanted: [WantedFile] = []
        var paths: Set<String> = []
        for place in places {
            let found: [WantedFile]
            switch place {
            case .web(let url):
                let path = try path(for: url.fileName, of: "\(url)")
                found = [WantedFile(source: FetchSource(url, sha256: digest), path: path)]
            case .object(let address):
                guard let objects else { continue }
                found = try await sources(at: address, digest, from: objects)
            }
            for file in found {
                guard paths.insert(file.path).inserted else {
                    throw CommandFailure("two addresses would be \(file.path)")
                }
                wanted.append(file)
            }
        }
        return wanted
    }

    private func path(for name: String?, of address: String) throws(CommandFailure) -> String {
        if let output { return output }
        guard let name else {
            throw CommandFailure("\(address) does not end in a file's name; say --output FILE")
        }
        return into.map { "\($0)/\(name)" } ?? name
    }

    private func sources(
        at address: ObjectAddress, _ digest: SHA256Digest?, from objects: FarmObjects
    ) async throws -> [WantedFile] {
        do {
            guard address.isFolder else {
                let origin = try objects.object(address, account: account)
                let path = try path(for: address.fileName, of: "\(address)")
                return [WantedFile(source: FetchSource(from: origin, sha256: digest), path: path)]
            }
            guard output == nil, digest == nil else {
                throw CommandFailure(
                    "--output and --sha256 are for one file, and \(address) is a folder; say --into FOLDER")
            }
            let found = try await objects.objects(below: address, account: account)
            let files = try found.filter { $0.key.utf8.last != UInt8(ascii: "/") }.map { object in
                guard let path = address.path(of: object.key), !Self.isOfFetch(path) else {
                    throw CommandFailure(
                        "\(address) holds \(Escaping.line(object.key)), which is no path of files here")
                }
                let folder = into ?? address.fileName ?? address.bucket
                return WantedFile(
                    source: FetchSource(from: object.origin), path: "\(folder)/\(path)", byteCount: object.byteCount)
            }
            guard !files.isEmpty else {
                throw CommandFailure("\(address) holds no object; check the name, which is told apart by case")
            }
            return files
        } catch let error as ServiceError {
            throw CommandFailure("\(error)" + (error.advice.map { "; \($0)" } ?? ""))
        } catch let error as ObjectStorageError {
            throw CommandFailure("\(error)", status: .someFailed)
        } catch let error as CloudError {
            throw CommandFailure("\(error)", status: .someFailed)
        }
    }

    /// Whether a name is one that fetching gives to what lies beside a file.
    private static func isOfFetch(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0.hasPrefix(".") && ($0.hasSuffix(".part") || $0.hasSuffix(".fetch")) }
    }

    /// The folder of `--into`, and those that lie in a folder of objects.
    private func makeFolders(of path: String) throws(CommandFailure) {
        guard output == nil else { return }
        for index in path.utf8.indices.dropFirst() where path.utf8[index] == UInt8(ascii: "/") {
            let folder = String(path[..<index])
            guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
                throw CommandFailure("\(folder): \(SystemError("mkdir").reason)")
            }
        }
    }
}
