namespace LocalHost.Sandbox.DriverAdmin;

internal enum BlockResult
{
    Created,
    Repeated,
    KeyReused,
    DriverNotFound,
}

/// <summary>What the driver admin system knows: mutual blocks by key, and the outcomes people concluded.</summary>
internal sealed class DriverRecords(TimeProvider clock)
{
    private static readonly string[] Directions = ["customer-driver", "driver-customer"];

    private readonly Lock _gate = new();
    private readonly List<BlockCall> _blocks = [];
    private readonly Dictionary<string, ConcludedOutcome> _outcomes = new(StringComparer.Ordinal);
    private readonly List<(string DriverId, ConcludedOutcome Outcome)> _records = [];
    private readonly List<OutcomeLookUps> _lookUps = [];
    private readonly HashSet<string> _unknownDrivers = new(StringComparer.Ordinal);
    private readonly HashSet<(string DriverId, string CustomerId, string Direction)> _openDirections = [];

    /// <summary>The same key again changes nothing; after an un-block it blocks anew.</summary>
    public (BlockResult Result, BlockCall? Block) Block(string key, string driverId, string customerId, string? requestedBy)
    {
        lock (_gate)
        {
            if (_unknownDrivers.Contains(driverId))
            {
                return (BlockResult.DriverNotFound, null);
            }

            var index = _blocks.FindIndex(b => b.Key == key);
            if (index < 0)
            {
                _openDirections.RemoveWhere(open => open.DriverId == driverId && open.CustomerId == customerId);
                _blocks.Add(new(key, driverId, customerId, requestedBy, 1, clock.GetUtcNow(), null));
                return (BlockResult.Created, _blocks[^1]);
            }

            var known = _blocks[index];
            if (known.DriverId != driverId || known.CustomerId != customerId)
            {
                return (BlockResult.KeyReused, null);
            }

            if (known.Unblocked)
            {
                _openDirections.RemoveWhere(open => open.DriverId == driverId && open.CustomerId == customerId);
            }

            _blocks[index] = known.Unblocked
                ? known with { Calls = known.Calls + 1, BlockedAt = clock.GetUtcNow(), UnblockedAt = null }
                : known with { Calls = known.Calls + 1 };
            return (known.Unblocked ? BlockResult.Created : BlockResult.Repeated, _blocks[index]);
        }
    }

    /// <summary>The block that holds now, or null.</summary>
    public BlockCall? Find(string key)
    {
        lock (_gate)
        {
            return _blocks.Find(b => b.Key == key && !b.Unblocked);
        }
    }

    public bool Unblock(string key)
    {
        lock (_gate)
        {
            var index = _blocks.FindIndex(b => b.Key == key && !b.Unblocked);
            if (index < 0)
            {
                return false;
            }

            _blocks[index] = _blocks[index] with { UnblockedAt = clock.GetUtcNow() };
            return true;
        }
    }

    /// <summary>The directions in which the two are not matched now, and since when both hold; null while they do not.</summary>
    public (IReadOnlyList<string> Directions, DateTimeOffset? Since) Apart(string driverId, string customerId)
    {
        lock (_gate)
        {
            var holding = _blocks.Where(b => b.DriverId == driverId && b.CustomerId == customerId && !b.Unblocked).ToList();
            string[] directions = holding.Count == 0 ? [] : [.. Directions.Where(direction => !_openDirections.Contains((driverId, customerId, direction)))];
            return (directions, directions.Length == Directions.Length ? holding.Min(b => b.BlockedAt) : null);
        }
    }

    /// <summary>Somebody lifts what keeps the two apart, by hand and whatever its keys: in one direction, or in both.</summary>
    public void LiftByHand(string driverId, string customerId, string? direction)
    {
        lock (_gate)
        {
            if (direction is not null)
            {
                _openDirections.Add((driverId, customerId, direction));
                return;
            }

            for (var i = 0; i < _blocks.Count; i++)
            {
                if (_blocks[i].DriverId == driverId && _blocks[i].CustomerId == customerId && !_blocks[i].Unblocked)
                {
                    _blocks[i] = _blocks[i] with { UnblockedAt = clock.GetUtcNow() };
                }
            }
        }
    }

    public static bool IsDirection(string direction) => Directions.Contains(direction);

    public void Conclude(ConcludedOutcome outcome, string? driverId)
    {
        lock (_gate)
        {
            _outcomes[outcome.CaseId] = outcome;
            if (driverId is not null)
            {
                _records.Add((driverId, outcome));
            }
        }
    }

    /// <summary>What was concluded about a driver, oldest first; null: no such driver.</summary>
    public IReadOnlyList<ConcludedOutcome>? RecordOf(string driverId)
    {
        lock (_gate)
        {
            return _unknownDrivers.Contains(driverId)
                ? null
                : [.. _records.Where(one => one.DriverId == driverId).Select(one => one.Outcome).OrderBy(one => one.ConcludedAt)];
        }
    }

    /// <summary>Null: pending. Every look-up counts.</summary>
    public ConcludedOutcome? LookUp(string caseId)
    {
        lock (_gate)
        {
            var outcome = _outcomes.GetValueOrDefault(caseId);
            var state = outcome is null ? "pending" : "concluded";
            var index = _lookUps.FindIndex(l => l.CaseId == caseId);
            if (index < 0)
            {
                _lookUps.Add(new(caseId, 1, state));
            }
            else
            {
                _lookUps[index] = _lookUps[index] with { Count = _lookUps[index].Count + 1, LastState = state };
            }

            return outcome;
        }
    }

    public void SetKnown(string driverId, bool known)
    {
        lock (_gate)
        {
            _ = known ? _unknownDrivers.Remove(driverId) : _unknownDrivers.Add(driverId);
        }
    }

    public (IReadOnlyList<BlockCall> Blocks, IReadOnlyList<OutcomeLookUps> Outcomes) Snapshot()
    {
        lock (_gate)
        {
            return ([.. _blocks], [.. _lookUps]);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _blocks.Clear();
            _outcomes.Clear();
            _records.Clear();
            _lookUps.Clear();
            _unknownDrivers.Clear();
            _openDirections.Clear();
        }
    }
}
