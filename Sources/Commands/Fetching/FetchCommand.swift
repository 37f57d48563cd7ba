import ArgumentParser
import Crypto
import Curl
import Fetching
import Glibc
import Lanes

/// `drover fetch URL...`: files from web servers.
struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch",
        abstract: "Fetch files over https, resumed where they stopped and checked by their hash.",
        discussion: """
            Prints a line for each file, as sha256sum does. A file that is there with the right checksum is not asked \
            for; without a checksum the server is asked whether there is something newer. What comes is kept in \
            .FILE.part until it is whole, and the next fetch goes on from there. http:// needs --sha256. Proxies and \
            certificates are found by http_proxy, https_proxy, no_proxy, SSL_CERT_FILE and CURL_CA_BUNDLE.
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

    func run() async throws {
        let wanted = try sources()
        let fetcher: Fetcher
        do {
            fetcher = Fetcher(try HTTPClient(on: Lane(name: "fetch")))
        } catch {
            throw CommandFailure("\(error)", status: .cannotGoOn)
        }
        if let into, mkdir(into, 0o755) != 0, errno != EEXIST {
            throw CommandFailure("\(into): \(SystemError("mkdir").reason)")
        }
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
    private func sources() throws(CommandFailure) -> [(FetchSource, String)] {
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
        var wanted: [(FetchSource, String)] = []
        var paths: Set<String> = []
        for address in addresses {
            let path: String
            let url = try Self.url(address)
            if let output {
                path = output
            } else {
                guard let name = url.fileName else {
                    throw CommandFailure("\(url) does not end in a file's name; say --output FILE")
                }
                path = into.map { "\($0)/\(name)" } ?? name
            }
            guard paths.insert(path).inserted else { throw CommandFailure("two addresses would be \(path)") }
            wanted.append((FetchSource(url, sha256: digest), path))
        }
        return wanted
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
