import DroverTesting
import Farm
import Glibc
import Synchronization
import Testing

@testable import Custody

@Suite struct LeaseBookTests {
    private let machine: TwoRuns
    private let anna = TwoRuns.holder(1)
    private let ben = TwoRuns.holder(2, owner: "ben")

    init() throws { machine = try TwoRuns() }

    private func take(_ numbers: ClosedRange<Int>, _ holder: LeaseHolder) throws -> LeaseBook.Answer {
        try machine.book().take(TwoRuns.phones(numbers), for: holder, life: TwoRuns.life)
    }

    @Test func `a run that cannot have all phones takes none`() throws {
        #expect(try take(1...3, anna) == .taken)
        guard case .held(let held) = try take(3...5, ben) else {
            Issue.record("ben got a phone of anna's")
            return
        }
        #expect(held.map(\.name) == ["px-3"])
        #expect(held.map(\.holder) == [anna])
        #expect(held.map(\.since) == [1_000_000])
        #expect(try take(4...5, ben) == .taken)
    }

    @Test func `what was given back is free`() throws {
        #expect(try take(1...3, anna) == .taken)
        try machine.book().release(TwoRuns.phones(1...1), of: anna)
        #expect(try take(1...1, ben) == .taken)
        #expect(try take(2...2, ben) != .taken)
        try machine.book().release(TwoRuns.phones(1...3), of: anna)
        #expect(try take(1...1, anna) != .taken, "anna gave back ben's phone")
    }

    @Test func `a lease ends with its process`() throws {
        #expect(try take(1...3, anna) == .taken)
        machine.state.withLock { _ = $0.dead.insert(1) }
        #expect(try take(1...3, ben) == .taken)
    }

    @Test func `a lease that nobody renews ends with its time`() throws {
        #expect(try take(1...2, anna) == .taken)
        machine.state.withLock { $0.time += 59_000 }
        #expect(try machine.book().renew(TwoRuns.phones(1...1), for: anna, life: TwoRuns.life) == [])
        machine.state.withLock { $0.time += 1_000 }
        #expect(try take(1...1, ben) != .taken)
        #expect(try take(2...2, ben) == .taken)
        #expect(
            try machine.book().renew(TwoRuns.phones(1...2), for: anna, life: TwoRuns.life) == TwoRuns.phones(2...2))
    }

    @Test func `two farm files that call one phone differently mean one phone`() throws {
        let address = try Address(parsing: "Rack.lab:5555")
        let same = try Address(parsing: "rack.LAB:5555")
        let first = LeasedPhone(Phone(name: "px8-01", waysIn: [.tcp(address)]))
        let second = LeasedPhone(Phone(name: "left", waysIn: [.server(same, serial: "A", usbPath: nil), .tcp(same)]))
        #expect(try machine.book().take([first], for: anna, life: TwoRuns.life) == .taken)
        #expect(try machine.book().take([second], for: ben, life: TwoRuns.life) != .taken)
    }

    @Test func `phones at one address behind two hosts are two, whoever logs in there`() throws {
        let inner = Address(host: "10.0.1.7", port: 5555)
        func phone(behind host: String, as user: String) -> LeasedPhone {
            let hop = SSHHop(address: Address(host: host, port: 22), user: user)
            return LeasedPhone(Phone(name: "cp", waysIn: [.ssh(SSHRoute(to: hop), inner)]))
        }
        #expect(try machine.book().take([phone(behind: "farm-a", as: "root")], for: anna, life: TwoRuns.life) == .taken)
        #expect(try machine.book().take([phone(behind: "farm-b", as: "root")], for: ben, life: TwoRuns.life) == .taken)
        #expect(try machine.book().take([phone(behind: "FARM-A", as: "ops")], for: ben, life: TwoRuns.life) != .taken)
    }

    @Test func `a phone of a cloud is one, whichever of its ways a farm file has`() throws {
        let place = CloudPlace(account: "main", server: "s1", phone: "p1")
        let same = CloudPlace(account: "other", server: "s1", phone: "p1")
        let both = LeasedPhone(Phone(name: "cp", waysIn: [.cloudADB(place, .ssh(nil)), .cloud(place)]))
        #expect(both.keys == ["cloud:p1"])
        #expect(try machine.book().take([both], for: anna, life: TwoRuns.life) == .taken)
        let other = LeasedPhone(Phone(name: "mine", waysIn: [.cloud(same)]))
        #expect(try machine.book().take([other], for: ben, life: TwoRuns.life) != .taken)
    }

    @Test(arguments: [
        "", ".", "..", "../../etc/passwd", "a/b", "a\u{0}b", "a\nuntil 0", "  ", "\u{301}x", "%41", "lock", "🦦",
        String(repeating: "x/", count: 4000), String(repeating: "\n", count: 900), "\u{1B}[2J",
    ])
    func `a hostile name is a name like any other`(name: String) throws {
        let phone = LeasedPhone(name: name, keys: ["tcp:\(name)"])
        let other = LeasedPhone(name: name, keys: ["tcp:\(name)!"])
        let owner = TwoRuns.holder(1, owner: String(name.prefix(40)))
        #expect(try machine.book().take([phone], for: owner, life: TwoRuns.life) == .taken)
        guard case .held(let held) = try machine.book().take([phone], for: ben, life: TwoRuns.life) else {
            Issue.record("it is not held")
            return
        }
        #expect(held[0].holder == owner)
        #expect(try machine.book().take([other], for: ben, life: TwoRuns.life) == .taken)
        let files = RepositoryFile.names(in: machine.folder.path)
        #expect(files.count == 3 && files.allSatisfy { $0.utf8.count < 256 }, "\(files)")
        try machine.book().release([phone], of: owner)
        #expect(try machine.book().take([phone], for: ben, life: TwoRuns.life) == .taken)
    }

    @Test func `a page that was torn is no lease, wherever it was torn`() throws {
        var page = LeasePage(holder: anna)
        page.leases = TwoRuns.phones(1...2).map { LeasePage.Lease(phone: $0, since: 1, until: 2) }
        #expect(LeasePage(page.bytes) == page)
        for count in 0..<page.bytes.count { #expect(LeasePage(Array(page.bytes.prefix(count))) == nil) }
        for place in page.bytes.indices.dropLast() {
            var bytes = page.bytes
            bytes[place] ^= 1
            #expect(LeasePage(bytes) == nil, "byte \(place)")
        }
    }

    @Test func `what cannot be written is told, and nothing is held`() throws {
        let book = machine.book()
        try machine.folder.folder(LeasePage.name(of: anna) + ".part")
        #expect(throws: CustodyError.self) { try book.take(TwoRuns.phones(1...3), for: anna, life: TwoRuns.life) }
        #expect(try take(1...1, ben) == .taken)
    }

    @Test func `a run has one page, which goes with its last phone`() throws {
        func pages() -> [String] { RepositoryFile.names(in: machine.folder.path).filter { $0 != "lock" } }
        #expect(try take(1...40, anna) == .taken)
        #expect(try take(41...41, ben) == .taken)
        #expect(pages().count == 2)
        try machine.book().release(TwoRuns.phones(1...40), of: anna)
        #expect(pages() == [LeasePage.name(of: ben)])
        machine.state.withLock { _ = $0.dead.insert(2) }
        #expect(try take(1...1, anna) == .taken)
        #expect(pages() == [LeasePage.name(of: anna)], "the page of a dead process stays")
    }

    @Test func `a killed process holds nothing, and its number alone proves nothing`() async throws {
        let book = LeaseBook(
            folder: machine.folder.path, now: { 1_000 }, isRunning: { ProcessTable.isRunning($0) })
        let id = try spawn(["/bin/sleep", "1000"], [:], output: 2, error: 2)
        let sleeper = LeaseHolder(owner: "anna", uid: 0, run: "r", process: .here(id))
        #expect(try book.take(TwoRuns.phones(1...2), for: sleeper, life: TwoRuns.life) == .taken)
        let current = LeaseHolder.current(run: "mine")
        #expect(try book.take(TwoRuns.phones(1...2), for: current, life: TwoRuns.life) != .taken)
        let earlier = ProcessMark(
            pid: id, start: sleeper.process.start - 1, boot: ProcessTable.boot, space: ProcessTable.space,
            machine: ProcessTable.machine)
        #expect(ProcessTable.isRunning(earlier) == false)
        kill(id, SIGKILL)
        _ = await exitCode(of: id)
        #expect(try book.take(TwoRuns.phones(1...2), for: current, life: TwoRuns.life) == .taken)
        #expect(ProcessTable.isRunning(current.process) == true)
    }

    @Test func `of another machine, another boot or another container only what is known is said`() {
        let mine = ProcessMark.current
        func mark(boot: String? = nil, space: String? = nil, machine: String? = nil) -> ProcessMark {
            ProcessMark(
                pid: mine.pid, start: mine.start, boot: boot ?? mine.boot, space: space ?? mine.space,
                machine: machine ?? mine.machine)
        }
        #expect(ProcessTable.isRunning(mark()) == true)
        #expect(ProcessTable.isRunning(mark(boot: "earlier")) == false)
        #expect(ProcessTable.isRunning(mark(space: "pid:[1]")) == nil)
        #expect(ProcessTable.isRunning(mark(boot: "other", machine: "other")) == nil)
    }

    @Test func `many takers at once: everyone finds the book whole`() async throws {
        let machine = machine
        let winners = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...16 {
                group.addTask {
                    let answer = try machine.book().take(
                        TwoRuns.phones(1...40), for: TwoRuns.holder(Int32(number)), life: TwoRuns.life)
                    return answer == .taken ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(winners == 1)
    }
}
