<?php // The file that Tools -> Export gives.
require getenv('TEST_WORDPRESS') . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/export.php';
@export_wp(['content' => 'all']);  // it sends headers, which a command line has none of
