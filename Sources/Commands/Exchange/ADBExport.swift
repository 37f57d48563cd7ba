import Farm

/// A farm as lines that a shell can run: `adb connect` for each phone that has an address.
struct ADBExport {
    let text: String

    /// - Parameter firstPort: The first local port of phones that are behind SSH.
    init(_ phones: [Phone], firstPort: UInt16) {
        var lines = ["# Phones for adb, written by `drover farm export --adb`."]
        var port = Int(firstPort)
        for phone in phones {
            switch phone.waysIn.first(where: \.isADB) {
            case .tcp(let address): lines.append("adb connect \(address)  # \(phone.name)")
            case .ssh, .cloudADB(_, .ssh):
                lines.append("# drover tunnel \(phone.name) --listen 127.0.0.1:\(port) &")
                lines.append("adb connect 127.0.0.1:\(port)  # \(phone.name)")
                port += 1
            case .cloudADB(_, .direct):
                lines.append("# \(phone.name): its cloud tells the address when it is dialled; see `drover doctor`")
            case .server(let address, let serial, let usbPath, nil):
                let which = usbPath ?? serial
                lines.append(
                    "adb -H \(address.host) -P \(address.port)\(which.map { " -s \($0)" } ?? "") wait-for-device  # \(phone.name)"
                )
            case .server(let address, _, _, .some(let route)):
                lines.append("# \(phone.name): behind the adb server \(address) of \(route.name), reached through SSH")
            case .cloud, nil: lines.append("# \(phone.name): no ADB reaches it")
            }
        }
        text = lines.map { $0 + "\n" }.joined()
    }
}
