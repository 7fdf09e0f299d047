using System.Globalization;
using System.Text.Json.Nodes;

namespace Model.Tests.Twins;

/// <summary>The boards: posts and comments through a webhook, look-up through the bot.</summary>
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
            var post = new Post(++_ids, (long?)body!["parent_id"], (string)body["text"]!, clock.GetUtcNow());
            _posts.Add(post);
            return Ok(new JsonObject { ["id"] = post.Id });
        }

        if (path.Length > 3)
        {
            var parent = long.Parse(path[2], CultureInfo.InvariantCulture);
            return Ok(new JsonObject { ["comments"] = Json(_posts.Where(post => post.ParentId == parent)) });
        }

        Assert.Contains("group_id=", request.RequestUri!.Query, StringComparison.Ordinal);
        return Ok(new JsonObject { ["wall_messages"] = Json(_posts.Where(post => post.ParentId is null)) });
    }

    private static JsonArray Json(IEnumerable<Post> posts) => new([.. posts.OrderByDescending(post => post.Id).Take(100).Select(post =>
        new JsonObject { ["id"] = post.Id, ["text"] = post.Text, ["created_time"] = post.At.ToUnixTimeSeconds() })]);
}

internal sealed record Post(long Id, long? ParentId, string Text, DateTimeOffset At);
