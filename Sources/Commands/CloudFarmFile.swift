import Simulator

/// The farm file of a simulated cloud.
///
/// Whoever reads it can have the secret key, as everything behind it is simulated and on this machine alone.
struct CloudFarmFile {
    let options: CloudOptions
    /// Where its service for phones and its login are asked.
    let service: String
    /// Where its object store is asked.
    let storage: String
    let servers: [String]
    let encoders: [(server: String, name: String)]
    /// The private key of its SSH servers; nil without any.
    let key: String?
    /// The ports of the SSH servers, in the order of the servers.
    let ports: [UInt16]
    /// The certificate to trust; nil where it is asked in the clear.
    let certificate: String?
    /// As whom phones that are rented one by one are asked for; nil without any.
    let login: (account: String, user: String)?

    func text(keyID: String, keyCommand: String, bucket: String) -> String {
        let scheme = certificate == nil ? "http" : "https"
        let trust = certificate.map { "\n    ca-file: \(quoted($0))" } ?? ""
        let keypairs = key.map { "keypairs:\n  simulated-key: \(quoted($0))\n" } ?? ""
        return """
            # A simulated cloud; what it rents out ends with the program that printed this.
            secrets:
              simulated_sk: \(keyCommand)
            \(keypairs)accounts:
              simulated:
                kind: huawei-cph
                region: \(options.region)
                project: \(options.projectID)
                auth: { ak: \(keyID), sk: "${{ secret.simulated_sk }}" }
                bucket: \(bucket)
                endpoints: { cph: "\(scheme)://\(service)", iam: "\(scheme)://\(service)", obs: "\(scheme)://\(storage)" }\(trust)
            \(instanceAccount(scheme, trust, bucket))servers:
            \(servers.enumerated().map(server).joined(separator: "\n"))\(instances)
            \(encoderLines)
            """
    }

    /// The account of phones that are rented one by one.
    private func instanceAccount(_ scheme: String, _ trust: String, _ bucket: String) -> String {
        guard let login, options.koophones > 0 else { return "" }
        let place = "\(scheme)://\(service)"
        return """
              koophone:
                kind: koophone
                region: \(options.region)
                auth: { account: \(login.account), user: \(login.user), password: "${{ secret.simulated_sk }}" }
                bucket: \(bucket)
                endpoints: { koophone: "\(place)\(options.koophonePath)", iam: "\(place)", obs: "\(scheme)://\(storage)" }\(trust)

            """
    }

    private var instances: String {
        login == nil || options.koophones == 0 ? "" : "\n  koophones: { account: koophone }"
    }

    private func server(_ number: Int, _ name: String) -> String {
        guard key != nil else { return "  \(name): { account: simulated }" }
        return "  \(name): { account: simulated, via: ssh, keypair: simulated-key, ssh-port: \(ports[number]) }"
    }

    /// An encode service is told without a port, so the way to it is written.
    private var encoderLines: String {
        guard key != nil, !encoders.isEmpty else { return "" }
        let lines = encoders.compactMap { server, name -> String? in
            guard let number = servers.firstIndex(of: server) else { return nil }
            let login = "\(options.projectID)@127.0.0.1:\(ports[number])"
            return "  \(name): { ssh: \(quoted(login)), keypair: simulated-key, server: \(server) }"
        }
        return "encoders:\n\(lines.joined(separator: "\n"))\n"
    }

    private func quoted(_ text: String) -> String { Roster.quoted(text) }
}
