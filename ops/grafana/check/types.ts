// The type of our dashboards: Grafana's own types with enums as in JSON, and the options of each panel type.
import type { Dashboard as Grafana, FieldConfigSource, Panel as GrafanaPanel } from '@grafana/schema';
import type * as BarGauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as Heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as Stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as StateTimeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as Table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as TimeSeries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** T in JSON: a string enum becomes its values. */
type Json<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : T extends Array<infer E>
        ? Array<Json<E>>
        : { [K in keyof T]: Json<T[K]> };

interface Datasource<Plugin extends string, Variable extends string> {
  type: Plugin;
  uid: `\${${Variable}}`;
}
type Prometheus = Datasource<'prometheus', 'datasource'>;
type ClickHouse = Datasource<'grafana-clickhouse-datasource', 'clickhouse'>;

interface PromQuery {
  datasource: Prometheus;
  editorMode: 'code';
  expr: string;
  format?: 'heatmap' | 'table' | 'time_series';
  instant?: boolean;
  legendFormat: string;
  range: boolean;
  refId: string;
}

/** The form of plugin version 4; format 0 is a time series, 1 a table. */
interface ClickHouseQuery {
  datasource: ClickHouse;
  editorType: 'sql';
  format: 0 | 1;
  queryType: 'timeseries' | 'table';
  rawSql: string;
  refId: string;
}

type Placed = Required<Pick<Json<GrafanaPanel>, 'description' | 'gridPos' | 'id' | 'title'>>;

interface PanelOf<Type extends string, Options, Custom> extends Placed {
  datasource: Prometheus | ClickHouse;
  fieldConfig: Json<Omit<FieldConfigSource, 'defaults'>> & {
    defaults: Json<Omit<FieldConfigSource['defaults'], 'custom'>> & { custom?: Partial<Json<Custom>> };
  };
  links?: Json<GrafanaPanel['links'] & {}> | Array<{ targetBlank?: boolean; title: string; url: string }>;
  options: Json<Options>;
  targets: Array<PromQuery> | Array<ClickHouseQuery>;
  type: Type;
}

interface Row {
  collapsed: boolean;
  gridPos: Placed['gridPos'];
  id: number;
  panels: [];
  title: string;
  type: 'row';
}

type Panel =
  | PanelOf<'bargauge', BarGauge.Options, Record<string, never>>
  | PanelOf<'heatmap', Heatmap.Options, Heatmap.FieldConfig>
  | PanelOf<'stat', Stat.Options, Record<string, never>>
  | PanelOf<'state-timeline', StateTimeline.Options, StateTimeline.FieldConfig>
  | PanelOf<'table', Table.Options, Table.FieldConfig>
  | PanelOf<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>;

/** The fields that the Prometheus plugin adds to an annotation. */
interface PromAnnotation {
  expr?: string;
  step?: string;
  tagKeys?: string;
  textFormat?: string;
  titleFormat?: string;
  useValueForTime?: boolean;
}
type Annotation = Json<NonNullable<NonNullable<Grafana['annotations']>['list']>[number]> & PromAnnotation;

export type Dashboard = Json<Omit<Grafana, 'annotations' | 'panels'>> & {
  annotations: { list: Array<Annotation> };
  panels: Array<Panel | Row>;
};
