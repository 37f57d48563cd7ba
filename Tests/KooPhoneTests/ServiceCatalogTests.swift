import CloudPhone
import Farm
import JSON
import KooPhone
import Testing

/// The operations of all services under one roof.
struct ServiceCatalogTests {
    private func operation(_ name: String) throws -> CatalogedOperation {
        let found = try ServiceCatalog.operations(named: name)
        #expect(found.count == 1)
        return found[0]
    }

    @Test
    func `Each operation is found by its name, at accounts of its own service`() throws {
        for kind in Farm.CloudAccount.Kind.allCases {
            for operation in ServiceCatalog.operations(of: kind) {
                let found = try ServiceCatalog.operations(named: operation.name)
                #expect(found.filter { $0.accountKind == kind }.map(\.shape) == [operation.shape])
            }
        }
        #expect(ServiceCatalog.operations(of: .cph).count == 59 && ServiceCatalog.operations(of: .koophone).count == 21)
    }

    @Test
    func `A name that no service has brings the one that was meant, of whichever service`() {
        for (wrong, right) in [("ListCloudPhone", "ListCloudPhones"), ("BatchBackupInstance", "BatchBackupInstances")] {
            let fault = #expect(throws: CheckFault.self) { try ServiceCatalog.operations(named: wrong) }
            #expect(fault?.reason == "no service has an operation `\(wrong)`")
            #expect(fault?.advice?.contains("`\(right)`") == true, "\(fault as Any)")
        }
    }

    @Test
    func `Whoever asks is meant where nobody else is named, a phone before its server`() throws {
        let phone = "a1b2c3d4"
        for (name, given, expected) in [
            ("BatchBackupInstances", [:], ["instance_ids": .array([.text(phone)])]),
            ("DeleteInstance", [:], ["instanceIdList": .array([.text(phone)])]),
            ("ListInstanceApp", [:], ["instance_id": .text(phone)]),
            ("BatchBackupInstances", ["instance_ids": ["x"]], ["instance_ids": ["x"]]),
            ("CancelInstance", [:], [:]), ("BatchShowSku", [:], [:]),
            ("ShowCloudPhoneDetail", [:], ["phone_id": .text(phone)]),
            ("RunShellCommand", [:], ["phone_ids": .array([.text(phone)])]),
            ("RunShellCommand", ["phone_ids": ["x"]], ["phone_ids": ["x"]]),
            ("RestartCloudPhoneServer", [:], ["server_ids": ["s"]]),
            ("RunShellCommand", ["server_ids": ["x"]], ["server_ids": ["x"]]),
        ] as [(String, [String: JSONValue], [String: JSONValue])] {
            #expect(try operation(name).completed(given, phone: phone, server: "s") == expected, "\(name)")
            #expect(try operation(name).completed(given) == given)
        }
        let ofServer = try operation("RunShellCommand").completed([:], server: "s")
        #expect(ofServer == ["server_ids": ["s"]])
    }

    @Test
    func `What nobody has described is read as JSON, or else as a text, and only where it is taken`() throws {
        let order = try operation("CreateInstance").arguments(
            reading: [("count", "2"), ("sku_id", "koophone.pro"), ("tag", "\"7\""), ("ids", "[1]"), ("a b", "c d")])
        #expect(order.faults == [])
        #expect(order.given == ["count": 2, "sku_id": "koophone.pro", "tag": "7", "ids": [1], "a b": "c d"])
        let twice = try operation("CreateInstance").arguments(reading: [("count", "2"), ("count", "3")])
        #expect(twice.faults.map(\.description) == ["count: it is given twice"])
        let text = try operation("BatchShowSku").arguments(reading: [("type", "2")])
        #expect(text.given == ["type": "2"])
    }
}
