using System.Net;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>Mutual blocks by key, and the outcomes people concluded.</summary>
internal sealed partial class OutsideWorld
{
    private readonly Dictionary<string, Block> _blocks = [];
    private readonly Dictionary<string, JsonObject> _outcomes = [];
    private int _lookUpsFailing;

    /// <summary>Called with the case and the driver of every block that is ordered, when the request arrives: what happens from then on comes after it.</summary>
    public Action<string, string>? OnBlocking { get; set; }

    /// <summary>Whether any block of the case holds now.</summary>
    public bool IsBlocked(string caseId)
    {
        lock (_gate)
        {
            return _blocks.Any(block => block.Key.StartsWith($"{caseId}-", StringComparison.Ordinal) && block.Value.Holds);
        }
    }

    /// <summary>Whether driver and customer are kept apart now, by whatever block.</summary>
    public bool IsApart(string driverId, string customerId)
    {
        lock (_gate)
        {
            return _blocks.Values.Any(block => block.Holds && block.DriverId == driverId && block.CustomerId == customerId);
        }
    }

    /// <summary>Whether a block of the case was lifted by hand and not made again since.</summary>
    public bool WasLiftedByHand(string caseId)
    {
        lock (_gate)
        {
            return _blocks.Any(block => block.Key.StartsWith($"{caseId}-", StringComparison.Ordinal) && block.Value.WasLiftedByHand);
        }
    }

    /// <summary>Somebody lifts every block of the driver there, and nobody tells the app.</summary>
    public void LiftByHand(string driverId)
    {
        lock (_gate)
        {
            foreach (var block in _blocks.Values.Where(block => block.Holds && block.DriverId == driverId))
            {
                (block.Holds, block.WasLiftedByHand) = (false, true);
            }
        }
    }

    /// <summary>The next look-ups of a block fail, and nothing else does.</summary>
    public void FailLookUps(int requests)
    {
        lock (_gate)
        {
            _lookUpsFailing = requests;
        }
    }

    /// <summary>Blocks ever made for the case, each under its key.</summary>
    public int BlockKeys(string caseId)
    {
        lock (_gate)
        {
            return _blocks.Keys.Count(key => key.StartsWith($"{caseId}-", StringComparison.Ordinal));
        }
    }

    /// <summary>A person concludes an outcome, and the driver admin tells it when it is asked.</summary>
    public void Conclude(string caseId, string kind, string decidedBy, DateTimeOffset at)
    {
        lock (_gate)
        {
            _outcomes[caseId] = new() { ["state"] = "concluded", ["kind"] = kind, ["decidedBy"] = decidedBy, ["concludedAt"] = at };
        }
    }

    private HttpResponseMessage DriverAdmin(HttpMethod method, string[] path, JsonNode? body)
    {
        if (path[0] == "mutual-block-look-ups")
        {
            if (_lookUpsFailing > 0)
            {
                _lookUpsFailing--;
                return Answer(HttpStatusCode.ServiceUnavailable, new JsonObject());
            }

            return Ok(LookUp((string)body!["driverId"]!, (string)body["customerId"]!));
        }

        var key = path[1];
        if (path[0] == "outcomes")
        {
            return Ok(_outcomes.TryGetValue(key, out var outcome) ? outcome.DeepClone() : new JsonObject { ["state"] = "pending" });
        }

        if (method == HttpMethod.Get)
        {
            return _blocks.TryGetValue(key, out var found) && found.Holds ? Ok(new JsonObject { ["blockedAt"] = found.At }) : NotFound();
        }

        if (method == HttpMethod.Delete)
        {
            if (!_blocks.TryGetValue(key, out var lifted) || !lifted.Holds)
            {
                return NotFound();
            }

            lifted.Holds = false;
            return Answer(HttpStatusCode.NoContent, null);
        }

        if ((string?)body!["driverId"] == UnknownDriver)
        {
            return Answer(HttpStatusCode.NotFound, new JsonObject { ["code"] = "driver_not_found" });
        }

        if (!_blocks.TryGetValue(key, out var block))
        {
            block = _blocks[key] = new((string)body["driverId"]!, (string)body["customerId"]!, clock.GetUtcNow());
        }

        (block.Holds, block.WasLiftedByHand) = (true, false);
        return Ok(new JsonObject { ["blockedAt"] = block.At, ["directions"] = new JsonArray("customer-driver", "driver-customer") });
    }

    private JsonObject LookUp(string driverId, string customerId)
    {
        var answer = new JsonObject { ["driverId"] = driverId, ["customerId"] = customerId, ["directions"] = new JsonArray() };
        if (IsApart(driverId, customerId))
        {
            answer["directions"] = new JsonArray("customer-driver", "driver-customer");
            answer["since"] = _blocks.Values.Where(block => block.Holds && block.DriverId == driverId && block.CustomerId == customerId).Min(block => block.At);
        }

        return answer;
    }

    /// <summary>A driver it does not know: a block of this one is refused for good.</summary>
    public const string UnknownDriver = "D-unknown";

    private sealed class Block(string driverId, string customerId, DateTimeOffset at)
    {
        public string DriverId { get; } = driverId;

        public string CustomerId { get; } = customerId;

        public DateTimeOffset At { get; } = at;

        public bool Holds { get; set; }

        public bool WasLiftedByHand { get; set; }
    }
}
