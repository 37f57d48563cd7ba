import DequeModule
import Steps

/// Who may do what, and when: the run's one state machine.
///
/// Events in, actions out; no I/O, no clock, no task.
///
/// A phone *enters the window* only when every limit that its next step needs is free. One that finds a limit taken
/// between two steps gives its place away and waits outside (*parked*), so that a slow server holds up only its own phones.
/// Parked phones come before new ones, since theirs is work half done; servers take turns.
struct Scheduler {
    /// Where a phone stands.
    private enum Place: Hashable {
        /// Not begun.
        case waiting
        /// In the window, counted against the limit of its step's load.
        case inside(StepLoad)
        /// Begun, but outside the window until there is room for a step of this load.
        case parked(StepLoad)
        /// Begun, and pausing before another attempt.
        case resting
        /// Has its verdict.
        case ended
    }

    /// Whether the run still begins steps.
    private enum Mode: Hashable {
        case running
        case draining
        case cancelling
        case finished
    }

    private struct Group {
        /// Whether it is a server's; phones that stand alone share no limit but the window.
        let isServer: Bool
        /// Places in the window that its phones may take.
        let room: Int
        var inside = 0
        var bulk = 0
        var reboots = 0
        var parked: Deque<Int> = []
        var waiting: Deque<Int> = []
    }

    private let limits: SchedulerLimits
    private let firstLoad: StepLoad
    private let groupOf: [Int]
    private var places: [Place]
    private var groups: [Group]
    private var mode = Mode.running
    private var inside = 0
    /// Begun and not ended: those that may have a link.
    private var underWay = 0
    private var parkedCount = 0
    /// The group whose turn it is.
    private var turn = 0

    /// Makes a scheduler for phones that are known by their positions.
    ///
    /// - Parameters:
    ///   - phones: The group of each phone.
    ///   - firstLoad: The load of the first step, which every phone needs room for before it begins.
    init(phones: [SchedulerGroup], limits: SchedulerLimits, firstLoad: StepLoad = .light) {
        self.limits = limits
        self.firstLoad = firstLoad
        places = Array(repeating: .waiting, count: phones.count)
        var positions: [SchedulerGroup: Int] = [:]
        var groups: [Group] = []
        var groupOf: [Int] = []
        groupOf.reserveCapacity(phones.count)
        for (phone, key) in phones.enumerated() {
            let position = positions[key] ?? groups.count
            if position == groups.count {
                positions[key] = position
                groups.append(Group(isServer: key.server != nil, room: Self.room(for: key, limits)))
            }
            groups[position].waiting.append(phone)
            groupOf.append(position)
        }
        self.groups = groups
        self.groupOf = groupOf
    }

    private static func room(for group: SchedulerGroup, _ limits: SchedulerLimits) -> Int {
        guard group.server != nil else { return .max }
        let perServer = limits.perServer ?? .max
        return group.isUSBHost ? min(perServer, limits.perUSBHost ?? .max) : perServer
    }

    /// Takes one event and says what is to be done about it.
    mutating func handle(_ event: SchedulerEvent) -> [SchedulerAction] {
        var actions: [SchedulerAction] = []
        switch event {
        case .started: break
        case .wants(let phone, let load): want(load, phone, &actions)
        case .rests(let phone): rest(phone, &actions)
        case .ended(let phone): end(phone)
        case .drain: drain(&actions)
        case .cancel: cancel(&actions)
        }
        admit(&actions)
        finish(&actions)
        return actions
    }

    // MARK: Phones

    private mutating func want(_ load: StepLoad, _ phone: Int, _ actions: inout [SchedulerAction]) {
        switch places[phone] {
        case .inside(let held):
            guard mode == .running else { return actions.append(.dismiss(phone: phone)) }
            // A phone that goes on with the same load keeps its place; so does one that has just been started.
            guard held != load else { return actions.append(.admit(phone: phone)) }
            release(held, of: phone)
            // Those who wait already for the same limit were here first; `light` has no limit to wait for.
            if load == .light || (isFree(load, in: groupOf[phone]) && !hasParked(load, in: groupOf[phone])) {
                take(load, for: phone)
                actions.append(.admit(phone: phone))
            } else {
                leave(phone)
                park(phone, for: load)
            }
        case .resting:
            guard mode == .running else { return actions.append(.dismiss(phone: phone)) }
            park(phone, for: load)
        case .waiting, .parked, .ended:
            preconditionFailure("phone \(phone) asked for a step while it is \(places[phone])")
        }
    }

    private mutating func rest(_ phone: Int, _ actions: inout [SchedulerAction]) {
        guard case .inside(let held) = places[phone] else {
            preconditionFailure("phone \(phone) rests while it is \(places[phone])")
        }
        guard mode == .running else { return actions.append(.dismiss(phone: phone)) }
        release(held, of: phone)
        leave(phone)
        places[phone] = .resting
    }

    private mutating func end(_ phone: Int) {
        switch places[phone] {
        case .inside(let held):
            release(held, of: phone)
            leave(phone)
        case .parked:
            groups[groupOf[phone]].parked.removeAll { $0 == phone }
            parkedCount -= 1
        case .resting: break
        case .waiting, .ended: preconditionFailure("phone \(phone) ended while it is \(places[phone])")
        }
        places[phone] = .ended
        underWay -= 1
    }

    // MARK: Stopping

    private mutating func drain(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        mode = .draining
        for phone in places.indices {
            switch places[phone] {
            case .parked, .resting: actions.append(.dismiss(phone: phone))
            case .waiting, .inside, .ended: continue
            }
        }
    }

    private mutating func cancel(_ actions: inout [SchedulerAction]) {
        guard mode == .running || mode == .draining else { return }
        mode = .cancelling
        for phone in places.indices {
            switch places[phone] {
            case .inside, .parked, .resting: actions.append(.cancel(phone: phone))
            case .waiting, .ended: continue
            }
        }
    }

    private mutating func finish(_ actions: inout [SchedulerAction]) {
        guard mode != .finished, underWay == 0 else { return }
        guard mode != .running || groups.allSatisfy({ $0.waiting.isEmpty }) else { return }
        mode = .finished
        actions.append(.finish)
    }

    // MARK: The window

    /// Lets in whoever fits: first those under way, then new ones, a server at a time.
    private mutating func admit(_ actions: inout [SchedulerAction]) {
        guard mode == .running else { return }
        while parkedCount > 0, inside < limits.window, let phone = nextParked() {
            guard case .parked(let load) = places[phone] else { preconditionFailure("phone \(phone) is not parked") }
            enter(phone, load)
            actions.append(.admit(phone: phone))
        }
        while inside < limits.window, underWay < limits.links, let phone = nextWaiting() {
            underWay += 1
            enter(phone, firstLoad)
            actions.append(.start(phone: phone))
        }
    }

    private mutating func nextParked() -> Int? {
        for offset in groups.indices {
            let group = (turn + offset) % groups.count
            guard groups[group].inside < groups[group].room else { continue }
            let position = groups[group].parked.firstIndex { phone in
                guard case .parked(let load) = places[phone] else { return false }
                return isFree(load, in: group)
            }
            guard let position else { continue }
            turn = group + 1
            parkedCount -= 1
            return groups[group].parked.remove(at: position)
        }
        return nil
    }

    private mutating func nextWaiting() -> Int? {
        for offset in groups.indices {
            let group = (turn + offset) % groups.count
            guard groups[group].inside < groups[group].room, isFree(firstLoad, in: group) else { continue }
            guard let phone = groups[group].waiting.popFirst() else { continue }
            turn = group + 1
            return phone
        }
        return nil
    }

    private mutating func enter(_ phone: Int, _ load: StepLoad) {
        inside += 1
        groups[groupOf[phone]].inside += 1
        take(load, for: phone)
    }

    private mutating func leave(_ phone: Int) {
        inside -= 1
        groups[groupOf[phone]].inside -= 1
    }

    private mutating func park(_ phone: Int, for load: StepLoad) {
        places[phone] = .parked(load)
        groups[groupOf[phone]].parked.append(phone)
        parkedCount += 1
    }

    // MARK: Limits of loads

    private func isFree(_ load: StepLoad, in group: Int) -> Bool {
        guard groups[group].isServer else { return true }
        return switch load {
        case .light: true
        case .bulk: groups[group].bulk < limits.bulkPerServer
        case .reboot: groups[group].reboots < limits.rebootsPerServer
        }
    }

    private func hasParked(_ load: StepLoad, in group: Int) -> Bool {
        groups[group].parked.contains { places[$0] == .parked(load) }
    }

    private mutating func take(_ load: StepLoad, for phone: Int) {
        places[phone] = .inside(load)
        count(load, of: phone, 1)
    }

    private mutating func release(_ load: StepLoad, of phone: Int) { count(load, of: phone, -1) }

    private mutating func count(_ load: StepLoad, of phone: Int, _ step: Int) {
        switch load {
        case .light: break
        case .bulk: groups[groupOf[phone]].bulk += step
        case .reboot: groups[groupOf[phone]].reboots += step
        }
    }
}
