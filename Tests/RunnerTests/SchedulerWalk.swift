import DroverTesting
import Steps

@testable import Runner

/// Takes a scheduler through a random run, as phones would, and notes every rule it breaks.
struct SchedulerWalk {
    private enum Doing: Hashable {
        case nothing
        case step(StepLoad)
        case waiting(StepLoad)
        case resting
        case ended
    }

    private(set) var complaints: [String] = []
    private var random: SeededNumbers
    private var scheduler: Scheduler
    private let groups: [SchedulerGroup]
    private let limits: SchedulerLimits
    private var phones: [Doing]
    private var stepsLeft: [Int]
    private var isFinished = false

    init(seed: UInt64) {
        random = SeededNumbers(seed: seed)
        let servers: [SchedulerGroup] = [
            SchedulerGroup(server: nil), SchedulerGroup(server: "a", isUSBHost: true), SchedulerGroup(server: "b"),
            SchedulerGroup(server: "cloud", isBatched: true),
        ]
        var groups: [SchedulerGroup] = []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            groups.append(servers[Int.random(in: 0..<4, using: &random)])
        }
        self.groups = groups
        limits = SchedulerLimits(
            window: Int.random(in: 1...10, using: &random), links: 12, perServer: 4, perUSBHost: 2,
            bulkPerServer: Int.random(in: 1...3, using: &random), rebootsPerServer: 1)
        phones = Array(repeating: .nothing, count: groups.count)
        stepsLeft = groups.map { _ in 4 }
        scheduler = Scheduler(targets: groups, limits: limits, firstDemand: StepDemand(.bulk))
    }

    mutating func run() {
        take(.started)
        for _ in 0..<10_000 where !isFinished { step() }
        if !isFinished { complaints.append("the run does not come to its end") }
        if phones.contains(where: { $0 != .ended }) { complaints.append("a phone never had its turn") }
    }

    private mutating func step() {
        let phone = Int.random(in: 0..<phones.count, using: &random)
        switch phones[phone] {
        case .nothing, .waiting, .ended: return
        case .step, .resting:
            stepsLeft[phone] -= 1
            if stepsLeft[phone] < 0 {
                phones[phone] = .ended
                take(.ended(phone: phone))
            } else if phones[phone] != .resting, Int.random(in: 0..<4, using: &random) == 0 {
                phones[phone] = .resting
                take(.rests(phone: phone))
            } else {
                let load: StepLoad = [.light, .bulk, .reboot][Int.random(in: 0..<3, using: &random)]
                phones[phone] = .waiting(load)
                take(.wants(phone: phone, load))
            }
        }
    }

    private mutating func take(_ event: SchedulerEvent) {
        for action in scheduler.handle(event) {
            switch action {
            case .start(target: let phone): phones[phone] = .step(.bulk)
            case .admit(strand: let phone):
                guard case .waiting(let load) = phones[phone] else {
                    complaints.append("phone \(phone) was admitted while it was \(phones[phone])")
                    continue
                }
                phones[phone] = .step(load)
            case .beginWave, .endWave: break
            case .finish: isFinished = true
            default: complaints.append("\(action) in a run that nobody stops")
            }
        }
        checkLimits()
    }

    private mutating func checkLimits() {
        if count(where: { !groups[$0].isBatched && isInside($0) }) > limits.window {
            complaints.append("the window is passed")
        }
        if count(where: { !groups[$0].isBatched && phones[$0] != .nothing && phones[$0] != .ended }) > limits.links {
            complaints.append("links are passed")
        }
        // Whoever is asked for through a service waits for nobody here.
        if count(where: { phone in groups[phone].isBatched && (phones[phone] == .nothing || isWaiting(phone)) }) > 0 {
            complaints.append("a batched phone waits")
        }
        for (server, room) in [("a", 2), ("b", 4)] {
            let here = phones.indices.filter { groups[$0].server == server }
            if here.count(where: isInside) > room { complaints.append("the room of \(server) is passed") }
            if here.count(where: { phones[$0] == .step(.bulk) }) > limits.bulkPerServer {
                complaints.append("bulk is passed")
            }
            if here.count(where: { phones[$0] == .step(.reboot) }) > 1 { complaints.append("reboots are passed") }
        }
    }

    private func count(where matches: (Int) -> Bool) -> Int { phones.indices.count(where: matches) }

    private func isWaiting(_ phone: Int) -> Bool {
        if case .waiting = phones[phone] { true } else { false }
    }

    private func isInside(_ phone: Int) -> Bool {
        if case .step = phones[phone] { true } else { false }
    }
}
