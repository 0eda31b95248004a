namespace SensorPipeline.Worker.Web;

/// <summary>What a page looks at.</summary>
internal sealed record ViewRequest
{
    private const int MaxText = 1024;
    private const int MaxRows = 500;

    public ViewKind Kind { get; private init; }

    /// <summary>The sensor, group or mixture; null for the first there is.</summary>
    public string? Name { get; private init; }

    /// <summary>What the names of the rows contain.</summary>
    public string Search { get; private init; } = "";

    /// <summary>The state the rows are in; null for any.</summary>
    public SensorState? State { get; private init; }

    /// <summary>How many rows fit.</summary>
    public int Rows { get; private init; }

    /// <summary>Reads a query; null when it makes no sense.</summary>
    public static ViewRequest? From(IQueryCollection query) => From(query, query["view"].ToString());

    /// <summary>Reads what a query says of a view; null when it makes no sense.</summary>
    public static ViewRequest? From(IQueryCollection query, string view)
    {
        string name = query["name"].ToString();
        string search = query["search"].ToString();
        string state = query["state"].ToString();
        string rows = query["rows"].ToString();
        SensorState parsedState = default;
        int parsedRows = 60;
        bool isValid = name.Length <= MaxText && search.Length <= MaxText
            && (state.Length == 0 || (Enum.TryParse(state, ignoreCase: true, out parsedState) && Enum.IsDefined(parsedState)))
            && (rows.Length == 0 || (int.TryParse(rows, out parsedRows) && parsedRows is >= 0 and <= MaxRows));
        ViewKind? kind = view switch
        {
            "" or "fleet" => ViewKind.Fleet,
            "sensor" => ViewKind.Sensor,
            "groups" => ViewKind.Groups,
            "mixtures" => ViewKind.Mixtures,
            "service" => ViewKind.Service,
            _ => null,
        };
        return isValid && kind is { } known
            ? new ViewRequest { Kind = known, Name = name.Length == 0 ? null : name, Search = search, State = state.Length == 0 ? null : parsedState, Rows = parsedRows }
            : null;
    }
}
