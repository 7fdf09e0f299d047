using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>The SMS provider: a group is made, filled, sent once, and looked up.</summary>
internal sealed partial class OutsideWorld
{
    private readonly Dictionary<string, Group> _groups = [];
    private readonly Queue<string> _fates = [];

    /// <summary>Called with every text the provider takes, at the moment it takes it.</summary>
    public Action<SentText>? OnSent { get; set; }

    public IReadOnlyList<SentText> Sent()
    {
        lock (_gate)
        {
            return [.. _groups.Values.Where(group => group.Sent is not null).Select(group => group.Sent! with { Status = group.Status })];
        }
    }

    /// <summary>What becomes of the next message that is sent: 4000 delivered, 3000 stays on its way, others fail.</summary>
    public void NextFate(string status)
    {
        lock (_gate)
        {
            _fates.Enqueue(status);
        }
    }

    /// <summary>What was on its way comes to its end.</summary>
    public void Settle(string status)
    {
        lock (_gate)
        {
            foreach (var group in _groups.Values.Where(group => group.Status == "3000"))
            {
                group.Status = status;
            }
        }
    }

    private HttpResponseMessage Sms(HttpMethod method, string[] path, JsonNode? body)
    {
        if (path.Length == 0)
        {
            var made = new Group(string.Create(CultureInfo.InvariantCulture, $"G{++_ids}"), (string)body!["customFields"]!["key"]!);
            _groups.Add(made.Id, made);
            return Ok(made.ToJson());
        }

        if (!_groups.TryGetValue(path[0], out var group))
        {
            return Answer(HttpStatusCode.NotFound, new JsonObject { ["errorCode"] = "GroupNotFound" });
        }

        return (method.Method, path.Length > 1 ? path[1] : "") switch
        {
            ("GET", "") => Ok(group.ToJson()),
            ("GET", "messages") => Ok(new JsonObject
            {
                ["messageList"] = group.Message is null ? new JsonObject() : new JsonObject { ["M1"] = new JsonObject { ["statusCode"] = group.Status } },
            }),
            ("PUT", "messages") => Add(group, body!["messages"]![0]!),
            ("POST", "send") => Send(group),
            _ => throw new InvalidOperationException($"{method} {string.Join('/', path)} is not part of the contract."),
        };
    }

    private static HttpResponseMessage Add(Group group, JsonNode message)
    {
        if (group.Message is not null || group.Sent is not null)
        {
            return Answer(HttpStatusCode.BadRequest, new JsonObject { ["errorCode"] = "Duplicated" });
        }

        group.Message = message.DeepClone();
        return Ok(new JsonObject { ["errorCount"] = 0, ["resultList"] = new JsonArray(new JsonObject { ["statusCode"] = "2000" }) });
    }

    private HttpResponseMessage Send(Group group)
    {
        if (group.Message is null || group.Sent is not null)
        {
            return Answer(HttpStatusCode.BadRequest, new JsonObject { ["errorCode"] = "NotSendable" });
        }

        group.Status = _fates.TryDequeue(out var fate) ? fate : "4000";
        group.Sent = new(group.Key, (string)group.Message["to"]!, (string)group.Message["subject"]!, (string)group.Message["text"]!, clock.GetUtcNow(), group.Status);
        OnSent?.Invoke(group.Sent);
        return Ok(group.ToJson());
    }

    private sealed class Group(string id, string key)
    {
        public string Id { get; } = id;

        public string Key { get; } = key;

        public JsonNode? Message { get; set; }

        public SentText? Sent { get; set; }

        public string Status { get; set; } = "2000";

        public JsonObject ToJson() => new() { ["groupId"] = Id, ["status"] = Sent is null ? "PENDING" : "COMPLETE" };
    }
}

/// <param name="Key">The app's own key of the attempt: the case's id, "-sms-" and its number.</param>
/// <param name="Status">4000 delivered, 3000 on its way, others failed.</param>
internal sealed record SentText(string Key, string To, string Subject, string Text, DateTimeOffset At, string Status)
{
    public string CaseId => Key[..19];

    public int Attempt => int.Parse(Key.AsSpan(Key.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
}
