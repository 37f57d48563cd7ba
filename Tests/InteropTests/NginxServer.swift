import DroverTesting
import Foundation
import Glibc

/// A real nginx on loopback over TLS, with HTTP/2, ranges and WebDAV, that serves a folder.
///
/// The listening socket is ours and handed to nginx as its standard input, in the way in which nginx hands sockets to its
/// successor; so the port is there before nginx is, and stays when it ends.
final class NginxServer: Sendable {
    static let program = "/usr/sbin/nginx"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// `https://127.0.0.1:PORT`.
    let base: String
    let port: UInt16
    private let folder: ScratchFolder
    private let listener: CInt

    /// What the server has to give.
    var files: String { "\(folder.path)/files" }
    /// One line for each request: the connection's number and the protocol.
    var log: String { RepositoryFile.text(at: "\(folder.path)/access.log") ?? "" }
    /// What nginx had to say.
    var errors: String { RepositoryFile.text(at: "\(folder.path)/error.log") ?? "" }

    /// Listens; nginx itself is started by ``start()``.
    ///
    /// - Parameter more: Lines of the `server` block.
    init(_ certificates: Certificates, more: String = "") throws {
        folder = try ScratchFolder()
        (listener, port) = try Self.listen()
        base = "https://127.0.0.1:\(port)"
        for name in ["files", "body", "proxy"] { try folder.folder(name) }
        let path = folder.path
        try folder.write(
            """
            \(getuid() == 0 ? "user root;" : "")
            daemon off;
            worker_processes 1;
            pid \(path)/pid;
            error_log \(path)/error.log notice;
            events { worker_connections 512; }
            http {
                log_format connections '$connection $server_protocol $request_method $status';
                access_log \(path)/access.log connections;
                client_body_temp_path \(path)/body;
                proxy_temp_path \(path)/proxy;
                fastcgi_temp_path \(path)/fastcgi;
                uwsgi_temp_path \(path)/uwsgi;
                scgi_temp_path \(path)/scgi;
                server {
                    listen 127.0.0.1:\(port) ssl http2;
                    ssl_certificate \(certificates.serverCertificate);
                    ssl_certificate_key \(certificates.serverKey);
                    root \(path)/files;
                    client_max_body_size 1g;
                    dav_methods PUT DELETE;
                    create_full_put_path on;
                    \(more)
                }
            }
            """, to: "nginx.conf")
    }

    deinit { close(listener) }

    private static func listen() throws -> (CInt, UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 256) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw Companion.DidNotStart(description: "no port is free") }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Starts nginx and gives its process id.
    func start() throws -> pid_t {
        let output = open("\(folder.path)/output.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(output) }
        let arguments = ["-p", folder.path, "-c", "\(folder.path)/nginx.conf", "-e", "\(folder.path)/error.log"]
        let environment = cleanEnvironment(home: folder.path, ["NGINX": "0;"])
        return try spawn([Self.program] + arguments, environment, input: listener, output: output, error: output)
    }

    /// Ends a process that was started by ``start()``.
    ///
    /// At once, whatever it is sending.
    static func end(_ id: pid_t) {
        kill(id, SIGTERM)
        reap(id)
    }

    /// Runs `body` beside a running server.
    static func serving(
        _ certificates: Certificates, more: String = "", _ body: (NginxServer) async throws -> Void
    ) async throws {
        let server = try NginxServer(certificates, more: more)
        let id = try server.start()
        defer { end(id) }
        try await body(server)
    }

    /// Puts a file of that size where it is served, and gives its content.
    func serve(_ name: String, size: Int) throws -> [UInt8] {
        var numbers = SeededNumbers(seed: UInt64(size))
        var bytes = [UInt8](repeating: 0, count: size)
        bytes.withUnsafeMutableBytes { buffer in
            for place in stride(from: 0, to: size - 7, by: 8) {
                buffer.storeBytes(of: numbers.next(), toByteOffset: place, as: UInt64.self)
            }
        }
        try folder.write(bytes, to: "files/\(name)")
        return bytes
    }
}

/// A certificate authority of one test run, and a server's certificate for 127.0.0.1 by it.
final class Certificates: Sendable {
    private let folder: ScratchFolder
    var authority: String { "\(folder.path)/ca.pem" }
    var serverCertificate: String { "\(folder.path)/server.pem" }
    var serverKey: String { "\(folder.path)/server.key" }

    init() async throws {
        folder = try ScratchFolder()
        let path = folder.path
        let key = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        let commands = [
            key + ["-keyout", "\(path)/ca.key", "-out", authority, "-subj", "/CN=drover tests"],
            key + [
                "-CA", authority, "-CAkey", "\(path)/ca.key", "-keyout", serverKey, "-out", serverCertificate,
                "-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1",
                "-addext", "basicConstraints=critical,CA:FALSE",
            ],
        ]
        for arguments in commands {
            let result = try await run("/usr/bin/openssl", arguments, environment: cleanEnvironment(home: path))
            guard result.exitCode == 0 else { throw Companion.DidNotStart(description: "openssl: \(result.text)") }
        }
    }
}
