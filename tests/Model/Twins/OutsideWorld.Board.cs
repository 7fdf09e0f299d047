using System.Globalization;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>The boards: posts and comments through a webhook, look-up through the bot. A group's token is its id.</summary>
internal sealed partial class OutsideWorld
{
    private readonly List<Post> _posts = [];

    public IReadOnlyList<Post> Posts()
    {
        lock (_gate)
        {
            return [.. _posts];
        }
    }

    private HttpResponseMessage Board(HttpRequestMessage request, string[] path, JsonNode? body)
    {
        if (path[0] == "webhook")
        {
            var post = new Post(long.Parse(path[1], CultureInfo.InvariantCulture), ++_ids, (long?)body!["parent_id"], (string)body["text"]!, clock.GetUtcNow());
            _posts.Add(post);
            return Ok(new JsonObject { ["id"] = post.Id });
        }

        if (path.Length > 3)
        {
            var parent = long.Parse(path[2], CultureInfo.InvariantCulture);
            return Ok(new JsonObject { ["comments"] = Json(_posts.Where(post => post.ParentId == parent)) });
        }

        var query = request.RequestUri!.Query.TrimStart('?').Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => long.Parse(part[1], CultureInfo.InvariantCulture));
        var group = query["group_id"];
        var latest = query.GetValueOrDefault("latest", long.MaxValue);
        return Ok(new JsonObject { ["wall_messages"] = Json(_posts.Where(post => post.ParentId is null && post.Group == group && post.Id < latest)) });
    }

    private static JsonArray Json(IEnumerable<Post> posts) => new([.. posts.OrderByDescending(post => post.Id).Take(100).Select(post =>
        new JsonObject { ["id"] = post.Id, ["text"] = post.Text, ["created_time"] = post.At.ToUnixTimeSeconds() })]);
}

internal sealed record Post(long Group, long Id, long? ParentId, string Text, DateTimeOffset At)
{
    /// <summary>The boards are groups 1 (KOC) and 2 (KMCC), their managers' groups 3 and 4.</summary>
    public bool IsNotice => Group > 2;
}
