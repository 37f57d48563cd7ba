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
        for (_, path) in wanted { try makeFolders(of: path) }
        let outcomes = await withTaskGroup(of: (Int, Result<FetchedFile, any Error>).self) { group in
            for (number, (source, path)) in wanted.enumerated() {
                group.addTask(executorPreference: fetcher.lane) {
                    do {
                        return (number, .success(try await fetcher.fetch(source, to: path)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var hasFailed = false
        for number in wanted.indices {
            switch outcomes[number] {
            case .success(let file): Terminal.output.line("\(file.sha256)  \(file.path)")
            case .failure(let error):
                Terminal.error.line("error: \(error)")
                hasFailed = true
            case nil: break
            }
        }
        if hasFailed { throw RunEnded(code: ExitStatus.someFailed.rawValue) }
    }

    /// What to fetch and where to.
    private func sources(on lane: Lane) async throws -> [(FetchSource, String)] {
        guard addresses.count == 1 || output == nil && sha256 == nil else {
            throw CommandFailure("--output and --sha256 are for one address; there are \(addresses.count)")
        }
        guard output == nil || into == nil else { throw CommandFailure("say either --output or --into, not both") }
        let digest = try sha256.map { (text) throws(CommandFailure) in
            guard let digest = SHA256Digest(hex: text) else {
                throw CommandFailure("--sha256 takes 64 hexadecimal digits")
            }
            return digest
        }
        let places = try addresses.map(FetchAddress.init)
        guard farm == nil && account == nil || places.contains(where: \.isObject) else {
            throw CommandFailure("--farm and --account are for obs:// addresses")
        }
        let objects =
            places.contains(where: \.isObject)
            ? FarmObjects(clouds: try FarmSession.accounts(of: farm, on: lane)) : nil
        var wanted: [(FetchSource, String)] = []
        var paths: Set<String> = []
        for place in places {
            let found: [(FetchSource, String)]
            switch place {
            case .web(let url):
                found = [(FetchSource(url, sha256: digest), try path(for: url.fileName, of: "\(url)"))]
            case .object(let address):
                guard let objects else { continue }
                found = try await sources(at: address, digest, from: objects)
            }
            for (source, path) in found {
                guard paths.insert(path).inserted else { throw CommandFailure("two addresses would be \(path)") }
                wanted.append((source, path))
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
    ) async throws -> [(FetchSource, String)] {
        do {
            guard address.isFolder else {
                let origin = try objects.object(address, account: account)
                return [(FetchSource(from: origin, sha256: digest), try path(for: address.fileName, of: "\(address)"))]
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
                return (FetchSource(from: object.origin), "\(folder)/\(path)")
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

/// What `drover fetch` is given.
private enum FetchAddress {
    case web(HTTPURL)
    case object(ObjectAddress)

    var isObject: Bool { if case .object = self { true } else { false } }

    init(_ text: String) throws(CommandFailure) {
        if let address = try ObjectAddress.named(text) {
            self = .object(address)
        } else {
            self = .web(try Self.url(text))
        }
    }

    private static func url(_ text: String) throws(CommandFailure) -> HTTPURL {
        do throws(HTTPError) {
            return try HTTPURL(text)
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}

extension HTTPURL {
    /// The name under which what is fetched can be kept; nil when the address has none that is a file's name anywhere.
    var fileName: String? {
        guard let name = lastComponent, name.utf8.count <= 200, !name.hasPrefix("."), !name.hasPrefix("-"),
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "%") })
        else { return nil }
        return name
    }
}

extension ObjectAddress {
    /// The address that a word of the command line is; nil when it has another scheme, or none.
    ///
    /// - Throws: ``CommandFailure`` for one that is mistaken.
    static func named(_ text: String) throws(CommandFailure) -> Self? {
        guard PayloadDefinition.scheme(of: text) == scheme else { return nil }
        if let mistake = mistake(in: text) {
            throw CommandFailure("\(Escaping.line(text)): \(mistake.message); \(mistake.help)")
        }
        return Self(text)
    }

    /// The name under which what is fetched can be kept; nil when the object has none that is safe to write anywhere.
    var fileName: String? {
        guard let name = lastComponent, name.utf8.count <= 200, !name.hasPrefix("."), !name.hasPrefix("-") else {
            return nil
        }
        return name
    }
}
