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
            servers:
            \(servers.enumerated().map(server).joined(separator: "\n"))
            \(encoderLines)
            """
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

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
