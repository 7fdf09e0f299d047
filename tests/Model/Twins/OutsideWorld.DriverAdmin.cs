using System.Net;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>Mutual blocks by key, and the outcomes people concluded.</summary>
internal sealed partial class OutsideWorld
{
    private readonly Dictionary<string, Block> _blocks = [];
    private readonly Dictionary<string, JsonObject> _outcomes = [];

    /// <summary>Whether any block of the case holds now.</summary>
    public bool IsBlocked(string caseId)
    {
        lock (_gate)
        {
            return _blocks.Any(block => block.Key.StartsWith($"{caseId}-", StringComparison.Ordinal) && block.Value.Holds);
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
        var key = path[1];
        if (path[0] == "outcomes")
        {
            return Ok(_outcomes.TryGetValue(key, out var outcome) ? outcome.DeepClone() : new JsonObject { ["state"] = "pending" });
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
            block = _blocks[key] = new(clock.GetUtcNow());
        }

        block.Holds = true;
        return Ok(new JsonObject { ["blockedAt"] = block.At, ["directions"] = new JsonArray("customer-driver", "driver-customer") });
    }

    /// <summary>A driver it does not know: a block of this one is refused for good.</summary>
    public const string UnknownDriver = "D-unknown";

    private sealed class Block(DateTimeOffset at)
    {
        public DateTimeOffset At { get; } = at;

        public bool Holds { get; set; }
    }
}
